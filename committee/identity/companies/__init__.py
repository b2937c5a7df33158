"""Same company: accounts under several names, domains, legal forms; owners; a band that a person looks at."""

from committee.identity.companies.blocking import blocks
from committee.identity.companies.company import Company, companies_of
from committee.identity.companies.matching import Pair, certain_companies, owners, pairs_to_review
from committee.identity.companies.names import CompanyName, read_name
from committee.identity.companies.words import CompanyWords, company_words

__all__ = [
    "Company",
    "CompanyName",
    "CompanyWords",
    "Pair",
    "blocks",
    "certain_companies",
    "companies_of",
    "company_words",
    "owners",
    "pairs_to_review",
    "read_name",
]
