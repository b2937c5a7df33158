"""Who is who: titles to personas, content to topics, engagements to people and employers. Pure."""
