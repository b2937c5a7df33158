"""Need, area, modality, phase and stage of content and trials."""

import math
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from committee.errors import BadSettings
from committee.identity.content_tags import (
    area_of_conditions,
    modality_of_interventions,
    normalise_term,
    tag_content,
    vocabulary_from,
)

DEFAULTS = Path(__file__).parents[2] / "committee" / "defaults"


def parsed(name="vocabulary"):
    return tomllib.loads((DEFAULTS / f"{name}.toml").read_text(encoding="utf-8"))


WORDS = vocabulary_from(parsed())


def tagged(title=None, kind=None, url=None):
    return tag_content([title], [kind], [url], WORDS).iloc[0]


# ------------------------------------------------------------------ content
def test_a_title_names_need_area_modality_phase_and_its_kind_the_stage():
    piece = tagged("Phase 2 biomarker assays for antibody-drug conjugates in oncology", "Webinar")
    assert piece.topic == ["biomarker"]
    assert (piece.therapeutic_area, piece.modality, piece.phase, piece.stage) == (
        "oncology",
        "adc",
        "phase 2",
        "middle",
    )
    assert "antibody drug conjugates" in piece.matched


def test_a_piece_about_two_needs_has_both_the_one_with_more_words_first():
    piece = tagged("Patient recruitment, enrollment and retention: what it means for eTMF")
    assert piece.topic == ["patient recruitment", "trial operations"]


def test_the_address_speaks_only_for_what_the_title_does_not_say():
    piece = tagged("Bioanalysis", None, "https://example.com/blog/cell-therapy-manufacturing.html?topic=safety")
    assert piece.topic == ["bioanalysis"]
    assert (piece.modality, piece.stage) == ("cell therapy", "top")
    assert 0.6 < piece.confidence < 0.9
    assert tagged(None, None, "https://oncology.example.com/x").therapeutic_area is None


def test_of_several_stages_the_one_nearest_to_a_purchase_counts():
    assert tagged("What is eTMF?", "Blog").stage == "top"
    assert tagged("What is eTMF?", "Webinar").stage == "middle"
    assert tagged("RFP template: what is eTMF?", "Blog").stage == "bottom"


@pytest.mark.parametrize("title", ["Company picnic", "Download Guide", "", None, "  ", "???"])
def test_what_no_word_supports_stays_untagged(title):
    piece = tagged(title)
    assert piece.topic == []
    assert piece[["therapeutic_area", "modality", "phase", "stage"]].isna().all()
    assert math.isnan(piece.confidence)


@pytest.mark.parametrize(
    ("title", "area"),
    [
        ("Renal cell carcinoma", "oncology"),  # the tumour decides, not the organ
        ("Brain tumours and the central nervous system", "oncology"),
        ("Immuno-oncology assays", "oncology"),
        ("Lupus nephritis endpoints", "nephrology"),
        ("Rare disease trials in hemophilia", "hematology"),  # rare stands beside an area, not instead of it
        ("Rare disease trials", "rare disease"),
        ("Technology for trials", None),
    ],
)
def test_the_area_of_a_title(title, area):
    assert tagged(title).therapeutic_area == area


@pytest.mark.parametrize(
    ("title", "modality"),
    [
        ("Neutralizing antibody assays for AAV gene therapy", "gene therapy"),
        ("Host cell protein analytics", None),
        ("CAR-T release testing", "cell therapy"),
        ("siRNA bioanalysis", "oligonucleotide"),
        ("Stability of semaglutide", "peptide"),
        ("Omalizumab biosimilars", "monoclonal antibody"),
        ("Ifinatamab deruxtecan", "adc"),
        ("Volrustomig", "bispecific"),
        ("A medical device submission", "device"),
        ("Mabel's reception", None),
    ],
)
def test_the_modality_of_a_title(title, modality):
    assert tagged(title).modality == modality


def test_rows_keep_their_order_and_repeats():
    found = tag_content(["NSCLC", None, "NSCLC"], [None, "Demo", None], [None, None, None], WORDS)
    assert found.therapeutic_area.tolist() == ["oncology", None, "oncology"]
    assert found.stage.tolist() == [None, "bottom", None]
    assert list(found.columns) == ["topic", "therapeutic_area", "modality", "phase", "stage", "confidence", "matched"]
    assert len(tag_content([], [], [], WORDS)) == 0


@given(st.text(max_size=50), st.text(max_size=20), st.text(max_size=50))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_canonical_words_or_nothing(title, kind, url):
    piece = tagged(title, kind, url)
    assert set(piece.topic) <= WORDS.canonical["topic"]
    for name in ("therapeutic_area", "modality", "phase", "stage"):
        assert piece[name] is None or piece[name] in WORDS.canonical[name]


# ------------------------------------------------------------------ source words
@pytest.mark.parametrize(
    ("written", "phase"),
    [
        ("Phase 2/Phase 3", "phase 2/3"),
        ("PHASE2, PHASE3", "phase 2/3"),
        ("PHASE1|PHASE2", "phase 1/2"),
        ("Phase II", "phase 2"),
        ("Phase Ib/IIa", "phase 1/2"),
        ("phase iib", "phase 2"),
        ("EARLY_PHASE1", "phase 1"),
        ("Phase 1", "phase 1"),
        ("III", "phase 3"),
        ("2/3", "phase 2/3"),
        ("Phase 4", "phase 4"),
        ("Pre-clinical", "preclinical"),
        ("IND-enabling", "preclinical"),
        ("NDA/BLA", "nda/bla"),
        ("Launched", "marketed"),
        ("Terminated", "stopped"),
        ("NA", None),
        ("N/A", None),
        ("", None),
        ("Phase 1-3", None),
        ("Phase 12", None),
        ("phase in", None),
    ],
)
def test_phases_are_read_however_they_are_written(written, phase):
    assert normalise_term("phase", written, WORDS) == phase


@pytest.mark.parametrize(
    ("field", "written", "word"),
    [
        ("therapeutic_area", "NSCLC", "oncology"),
        ("therapeutic_area", "CNS", "neurology"),
        ("therapeutic_area", "Women’s Health", "women's health"),
        ("therapeutic_area", "Logistics", None),
        ("modality", "mAb", "monoclonal antibody"),
        ("modality", "Biologics", None),
        ("stage", "BOFU", "bottom"),
        ("topic", "Pharmacovigilance", "safety"),
        ("needs", "Central Laboratory", "central lab"),
    ],
)
def test_words_of_sources_become_ours_or_nothing(field, written, word):
    assert normalise_term(field, written, WORDS) == word


def test_every_canonical_word_means_itself():
    for field, words in WORDS.canonical.items():
        for word in words:
            assert normalise_term(field, word.title(), WORDS) == word


def test_a_field_there_is_not_is_an_error():
    with pytest.raises(ValueError, match="no field 'colour'"):
        normalise_term("colour", "red", WORDS)


# ------------------------------------------------------------------ registries
def test_most_conditions_decide_and_healthy_volunteers_have_no_vote():
    assert area_of_conditions(["Healthy Volunteers", "Asthma"], WORDS) == "respiratory"
    assert area_of_conditions(["Psoriasis", "Asthma", "COPD"], WORDS) == "respiratory"
    assert area_of_conditions(["Psoriasis", "Asthma"], WORDS) == "dermatology"
    assert area_of_conditions(["Healthy"], WORDS) is None
    assert area_of_conditions([], WORDS) is None


def test_a_placebo_tells_no_modality_and_a_drug_by_its_ending_does():
    assert modality_of_interventions([("DRUG", "Placebo"), ("DRUG", "Tiragolumab")], WORDS) == "monoclonal antibody"
    assert modality_of_interventions([("DRUG", "Remibrutinib 25 mg")], WORDS) == "small molecule"
    assert modality_of_interventions([("BIOLOGICAL", "B7-H3 CAR-T cell injection")], WORDS) == "cell therapy"
    assert modality_of_interventions([("DRUG", "177Lu-DTPA-omburtamab")], WORDS) == "radiopharmaceutical"
    assert modality_of_interventions([("DRUG", "Placebo")], WORDS) is None


def test_a_code_name_is_not_given_the_modality_of_the_medicine_beside_it():
    assert modality_of_interventions([("DRUG", "HS-20093"), ("DRUG", "Adebrelimab")], WORDS) is None
    assert modality_of_interventions([("DRUG", "COM701 with Opdivo (Nivolumab)")], WORDS) is None
    assert modality_of_interventions([("DRUG", "LM-108 injection + penpulimab")], WORDS) is None


def test_what_stands_before_a_code_name_is_believed_and_what_stands_behind_is_not():
    assert modality_of_interventions([("DRUG", "Rilvegostomig"), ("DRUG", "AZD8205")], WORDS) == "bispecific"
    assert modality_of_interventions([("DRUG", "AZD8205"), ("DRUG", "Rilvegostomig")], WORDS) is None


def test_chemotherapy_beside_the_product_does_not_decide_but_alone_it_does():
    assert modality_of_interventions([("DRUG", "Carboplatin"), ("DRUG", "Rilvegostomig")], WORDS) == "bispecific"
    assert modality_of_interventions([("DRUG", "Carboplatin"), ("DRUG", "Paclitaxel")], WORDS) == "small molecule"


def test_the_type_decides_for_devices_and_tests():
    assert modality_of_interventions([("DEVICE", "Test Article")], WORDS) == "device"
    assert modality_of_interventions([("DIAGNOSTIC_TEST", "Total immunoglobulin E")], WORDS) == "diagnostic"
    assert modality_of_interventions([("PROCEDURE", "Lumbar puncture")], WORDS) is None


# ------------------------------------------------------------------ the files
def test_a_users_own_need_is_found():
    own = parsed()
    own["needs"]["cold chain"] = {"words": ["frozen shipping"]}
    found = tag_content(["Frozen shipping at scale"], [None], [None], vocabulary_from(own))
    assert found.topic.tolist() == [["cold chain"]]


def test_a_missing_section_and_a_made_up_phase_are_refused():
    broken = parsed()
    del broken["needs"]
    with pytest.raises(BadSettings, match="'needs' is missing"):
        vocabulary_from(broken)
    broken = parsed()
    broken["phases"]["synonyms"]["phase 9"] = ["nine"]
    with pytest.raises(BadSettings, match="'phase 9' is no phase"):
        vocabulary_from(broken)


def test_no_word_of_the_vocabulary_stands_for_two_things_of_one_field():
    for name, finder in (
        ("area", WORDS.areas),
        ("modality", WORDS.modalities),
        ("need", WORDS.needs),
        ("phase", WORDS.phase_synonyms),
    ):
        listed = [word.lower() for words in finder.lists.values() for word in set(words)]
        twice = {word for word in listed if listed.count(word) > 1}
        assert not twice, f"{name}: {sorted(twice)}"


def test_matrix_signals_and_channels_hold_what_the_engine_needs():
    personas, matrix = parsed("personas")["personas"], parsed("content_matrix")
    assert set(matrix) == set(personas)
    assert all(set(stages) == {"top", "middle", "bottom"} and all(stages.values()) for stages in matrix.values())
    for name, signal in parsed("signals")["signals"].items():
        assert signal["sign"] in {1, -1}, name
        assert signal["half_life_days"] > 0, name
    channels = parsed("channels")
    assert {channel["proves"] for channel in channels["channels"].values()} <= set(channels["proves"])
    assert {kind["by"] for kind in channels["kinds"].values()} <= {"person", "machine", "account", "bookkeeping"}
    for table in ("channels", "kinds"):
        words = [word for entry in channels[table].values() for word in entry["words"]]
        assert len(words) == len(set(words)), table
