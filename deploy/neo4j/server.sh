#!/usr/bin/env bash
# A Neo4j Community server from Maven artifacts: no Docker, no root, loopback only.
#
#   server.sh start HOME [options]    fetch the jars if they are missing, make HOME, start, wait until ready
#   server.sh stop HOME               stop the process that HOME/run/pid names
#   server.sh status HOME             its address; exit code 3 when it is not running
#   server.sh log HOME                what the server printed
#   server.sh fetch [--line LINE]     download the jars only
#   server.sh java [--line LINE]      print the Java that would be used
#
# Options of start:
#   --line 5.26 | 2026    server line: 5.26.31 on Java 17 or 21, 2026.09.0 on Java 25 or 21 (5.26)
#   --bolt PORT           0 takes a free port (7687)
#   --http PORT           Browser and HTTP; 0 takes a free port (7474)
#   --heap SIZE           (1g)
#   --page-cache SIZE     (256m)
#   --owner PID           stop the server when that process is gone
#
# Environment:
#   COMMITTEE_NEO4J_PASSWORD   password of user neo4j, 8 characters or more; a home keeps the first one it was given.
#                              Without it start makes one up, in HOME/password
#   COMMITTEE_NEO4J_CACHE      folder of the jars (${XDG_CACHE_HOME:-~/.cache}/buying-committee/neo4j-VERSION)
#   JAVA_HOME                  preferred when its version fits; else java on the PATH, else the usual folders are searched
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
line=5.26 bolt=7687 http=7474 heap=1g page_cache=256m owner=''

fail() { echo "server.sh: $*" >&2; exit 1; }
usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//p;}' "${BASH_SOURCE[0]}"; }

choose_line() {
  case $line in
    5.26) version=5.26.31 entry=CommunityEntryPoint javas='17 21' ;;
    2026) version=2026.09.0 entry=Neo4jCommunity javas='25 21' ;;
    *) fail "--line must be 5.26 or 2026, not '$line'" ;;
  esac
  jars=${COMMITTEE_NEO4J_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/buying-committee}/neo4j-$version
}

java_version() { "$1/bin/java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.specification.version = //p'; }

# The first Java home of a fitting version, the preferred version first.
find_java() {
  local wanted candidate on_path
  on_path=$(command -v java || true)
  [ -z "$on_path" ] || on_path=$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.home = //p')
  for wanted in $javas; do
    for candidate in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* /opt/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
                     /opt/homebrew/opt/openjdk@"$wanted" "$HOME"/.sdkman/candidates/java/*; do
      if [ -n "$candidate" ] && [ -x "$candidate/bin/java" ] && [ "$(java_version "$candidate")" = "$wanted" ]; then
        echo "$candidate"
        return
      fi
    done
  done
  fail "Neo4j $version wants Java ${javas/ / or }, and none was found: install it, or name its folder in JAVA_HOME"
}

fetch() {
  [ ! -d "$jars" ] || return 0
  command -v mvn >/dev/null || fail "the jars come through Maven, and mvn is not on the PATH: install it (Debian: apt install maven)"
  local part=$jars.part.$$ plugin=org.apache.maven.plugins:maven-dependency-plugin:3.9.0
  echo "fetching Neo4j $version into $jars ..." >&2
  mkdir -p "$(dirname "$jars")"
  JAVA_HOME=$java mvn -B -ntp -q -f "$here/pom.xml" -Dneo4j.version="$version" \
    "$plugin:copy-dependencies" -DincludeScope=runtime -DoutputDirectory="$part" >&2 ||
    { rm -rf "$part"; fail "Maven could not fetch Neo4j $version (its reasons are above)"; }
  # One rename: a folder of jars is whole or absent. Who comes second throws its copy away.
  mv "$part" "$jars" 2>/dev/null || rm -rf "$part"
  rm -rf "$jars/$(basename "$part")"
}

server_pid() { [ -s "$home/run/pid" ] && cat "$home/run/pid"; }
running() { local pid; pid=$(server_pid) && kill -0 "$pid" 2>/dev/null; }
answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    answers "$port" || { echo "$port"; return; }
  done
}

write_settings() {
  {
    cat "$here/neo4j.conf"
    echo
    echo "# From server.sh"
    echo "server.bolt.listen_address=127.0.0.1:$bolt"
    echo "server.bolt.advertised_address=127.0.0.1:$bolt"
    echo "server.http.listen_address=127.0.0.1:$http"
    echo "server.http.advertised_address=127.0.0.1:$http"
    echo "server.memory.pagecache.size=$page_cache"
    [ "$line" != 2026 ] || echo "db.query.default_language=CYPHER_5"
  } > "$home/conf/neo4j.conf"
}

# Run before the first start only; the password goes through a file that Java reads, not through the process list.
set_password() {
  local password=${COMMITTEE_NEO4J_PASSWORD:-}
  if [ -z "$password" ]; then
    password=$(dd if=/dev/urandom bs=512 count=1 2>/dev/null | LC_ALL=C tr -dc 'A-Za-z0-9' | cut -c1-24)
    (umask 077; printf '%s' "$password" > "$home/password")
  fi
  [ ${#password} -ge 8 ] || fail "COMMITTEE_NEO4J_PASSWORD must have 8 characters or more"
  local arguments=$home/run/first-password status=0
  (umask 077; printf '"%s"\n' -cp "$home/conf:$jars/*" org.neo4j.cli.AdminTool dbms set-initial-password \
    "$(printf '%s' "$password" | sed 's/[\\"]/\\&/g')" > "$arguments")
  NEO4J_HOME=$home NEO4J_CONF=$home/conf "$java/bin/java" -Xmx256m "@$arguments" > "$home/logs/password.log" 2>&1 || status=$?
  rm -f "$arguments"
  [ "$status" = 0 ] || { cat "$home/logs/password.log" >&2; fail "the first password could not be set"; }
}

start() {
  ! running || fail "already running on $(cat "$home/run/address"), process $(server_pid)"
  java=$(find_java)
  fetch
  [ "$bolt" != 0 ] || bolt=$(free_port)
  [ "$http" != 0 ] || http=$(free_port)
  local port
  for port in "$bolt" "$http"; do ! answers "$port" || fail "port $port is taken; choose another with --bolt or --http (0 takes a free one)"; done
  # An empty web/ makes the 2026 line offer the Browser of the class path.
  mkdir -p "$home"/conf "$home"/data "$home"/logs "$home"/run "$home"/import "$home"/plugins "$home"/web "$home"/licenses
  write_settings
  [ -e "$home/run/has-password" ] || { set_password; : > "$home/run/has-password"; }

  NEO4J_HOME=$home NEO4J_CONF=$home/conf nohup "$java/bin/java" "-Xms$heap" "-Xmx$heap" -XX:+UseG1GC -XX:+ExitOnOutOfMemoryError \
    --add-opens=java.base/java.nio=ALL-UNNAMED --add-opens=java.base/java.io=ALL-UNNAMED --add-opens=java.base/sun.nio.ch=ALL-UNNAMED \
    --enable-native-access=ALL-UNNAMED -Dio.netty.tryReflectionSetAccessible=true -Djava.awt.headless=true -Dfile.encoding=UTF-8 \
    -cp "$home/conf:$jars/*" "org.neo4j.server.$entry" "--home-dir=$home" "--config-dir=$home/conf" --console-mode \
    > "$home/logs/console.log" 2>&1 < /dev/null &
  local pid=$! began=$SECONDS
  echo "$pid" > "$home/run/pid"
  echo "bolt://127.0.0.1:$bolt" > "$home/run/address"
  until grep -qs 'Started\.$' "$home/logs/console.log" && answers "$bolt"; do
    kill -0 "$pid" 2>/dev/null || { tail -n 30 "$home/logs/console.log" >&2; rm -f "$home/run/pid"; fail "the server ended during its start"; }
    [ $((SECONDS - began)) -lt 180 ] || { kill "$pid"; fail "not ready after 180 s; see $home/logs/console.log"; }
    sleep 0.3
  done
  if [ -n "$owner" ]; then
    watch_owner "$pid" > /dev/null 2>&1 < /dev/null &
  fi
  echo "Neo4j $version is ready: bolt://127.0.0.1:$bolt  (Browser: http://127.0.0.1:$http/browser/)"
}

watch_owner() {
  trap '' HUP
  while kill -0 "$owner" 2>/dev/null && kill -0 "$1" 2>/dev/null; do sleep 2; done
  kill "$1" 2>/dev/null
}

stop() {
  running || { rm -f "$home/run/pid"; echo "not running"; return; }
  local pid began=$SECONDS
  pid=$(server_pid)
  kill "$pid"
  while kill -0 "$pid" 2>/dev/null; do
    [ $((SECONDS - began)) -lt 90 ] || fail "process $pid did not end within 90 s"
    sleep 0.2
  done
  rm -f "$home/run/pid"
  echo "stopped"
}

command=${1:-}
[ $# = 0 ] || shift
case $command in
  start|stop|status|log)
    [ $# -gt 0 ] || fail "$command wants the server's home folder: server.sh $command HOME"
    case $1 in /*) home=$1 ;; *) home=$PWD/$1 ;; esac
    shift ;;
  fetch|java) ;;
  *) usage; exit 2 ;;
esac
while [ $# -gt 0 ]; do
  [ $# -gt 1 ] || fail "$1 wants a value"
  case $1 in
    --line) line=$2 ;;
    --bolt) bolt=$2 ;;
    --http) http=$2 ;;
    --heap) heap=$2 ;;
    --page-cache) page_cache=$2 ;;
    --owner) owner=$2 ;;
    *) fail "unknown option $1" ;;
  esac
  shift 2
done
choose_line
case $command in
  start) start ;;
  stop) stop ;;
  status) if running; then echo "running on $(cat "$home/run/address"), process $(server_pid)"; else echo "not running"; exit 3; fi ;;
  log) cat "$home/logs/console.log" ;;
  fetch) java=$(find_java); fetch; echo "$jars" ;;
  java) find_java ;;
esac
