"""Rows, constraints and the questions they answer; one file a noun or a close pair."""

from annotations.models.blob import Blob
from annotations.models.document import DecodeJob, Document, GroundTruth
from annotations.models.engine import Engine, PrelabelRun, ProjectEngine
from annotations.models.entrance import LoginAttempts
from annotations.models.leased_job import LeasedJob
from annotations.models.ledger import Event, IdempotencyRecord, SplitAssignment
from annotations.models.page import Page, PageText
from annotations.models.people import ApiToken, Membership, User
from annotations.models.prediction import (
    Prediction,
    PredictionBody,
    PrelabelJob,
    WordLayout,
    WordsJob,
)
from annotations.models.project import FieldsVersion, GuidelineVersion, Project
from annotations.models.review import (
    Comment,
    Draft,
    FiguresJob,
    Lease,
    Revision,
    RevisionFigures,
    Skip,
    Verdict,
)

__all__ = [
    "ApiToken",
    "Blob",
    "Comment",
    "DecodeJob",
    "Document",
    "Draft",
    "Engine",
    "Event",
    "FieldsVersion",
    "FiguresJob",
    "GroundTruth",
    "GuidelineVersion",
    "IdempotencyRecord",
    "Lease",
    "LeasedJob",
    "LoginAttempts",
    "Membership",
    "Page",
    "PageText",
    "Prediction",
    "PredictionBody",
    "PrelabelJob",
    "PrelabelRun",
    "Project",
    "ProjectEngine",
    "Revision",
    "RevisionFigures",
    "Skip",
    "SplitAssignment",
    "User",
    "Verdict",
    "WordLayout",
    "WordsJob",
]
