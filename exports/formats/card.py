"""`README.md`, the dataset card: what a release holds, from what, and what was not done."""

import json
from collections.abc import Mapping

from exports.formats.manifest import FileEntry, ReleaseFacts, data_digest, split_rows
from exports.formats.tally import NOT_STATED, Tally

SPLITS = ("train", "validation", "test")
# Licence names that the Hub knows as such; any other is `other` with its name beside it.
HUB_LICENSES = {
    "cc0-1.0", "cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "apache-2.0", "mit",
    "odc-by", "odbl", "pddl",
}  # fmt: skip
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
CONFIG_TEXT = {
    "raw": "image, approved text, fields, spans and where all of it comes from",
    "sft": "`images`, `prompt`, `completion`: what a vision SFT trainer reads",
}
LEFT_OUT_TEXT = {
    "not_approved": "not approved when the snapshot was taken",
    "excluded": "excluded by a person",
    "no_verdict": "approved without a recorded judgement",
    "same_bytes": "of a file whose bytes are in the release already",
}


def card(facts: ReleaseFacts, files: list[FileEntry], tally: Tally) -> str:
    """Write the card: the Hub's YAML, then the text."""
    rows = split_rows(files)
    parts = [
        _front_matter(facts, rows, tally),
        _opening(facts, tally),
        _contents(rows),
        _making(facts, tally),
        _before(tally),
        _not_done(facts, tally),
        _licence(tally),
        _loading(facts, files),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _front_matter(facts: ReleaseFacts, rows: dict[str, dict[str, int]], tally: Tally) -> str:
    lines = ["---", f"pretty_name: {_quoted(facts.title)}", "language:"]
    lines += [f"- {_quoted(facts.language.partition('-')[0].lower())}"]
    lines += _license_lines(tally)
    lines += ["task_categories:", "- image-to-text", "tags:", "- ocr", "- document"]
    lines += ["size_categories:", f"- {_quoted(_size(tally.rows))}", "configs:"]
    for config, splits in rows.items():
        lines += [f"- config_name: {config}", "  data_files:"]
        for split in (name for name in SPLITS if name in splits):
            lines += [f"  - split: {split}", f"    path: data/{config}/{split}-*"]
    return "\n".join([*lines, "---"])


def _license_lines(tally: Tally) -> list[str]:
    names = {name.lower() for name in tally.licenses}
    if len(names) == 1 and names <= HUB_LICENSES:
        return [f"license: {names.pop()}"]
    return ["license: other", 'license_name: "see the card and the license column"']


def _size(rows: int) -> str:
    return next((name for bound, name in SIZES if rows < bound), "n>1M")


def _opening(facts: ReleaseFacts, tally: Tally) -> str:
    return f"""
# {" ".join(facts.title.split())}

{tally.rows} scanned pages with their approved transcription ({_listed(tally.kinds)}).
Release {facts.number} of project `{facts.project}`. Language of the documents: {facts.language}."""


def _contents(rows: dict[str, dict[str, int]]) -> str:
    present = [s for s in SPLITS if any(s in splits for splits in rows.values())]
    lines = [
        f"| `{config}` | {CONFIG_TEXT[config]} | "
        + " | ".join(str(splits.get(split, 0)) for split in present)
        + " |"
        for config, splits in rows.items()
    ]
    table = "\n".join(lines)
    return f"""
## What is in it

| config | holds | {" | ".join(present)} |
|---|---|{"---:|" * len(present)}
{table}

Splits are drawn by group of documents when a group first arrives, before anybody reads a page; a
group is never divided."""


def _making(facts: ReleaseFacts, tally: Tally) -> str:
    engines = "; ".join(
        f"`{name}` on {count} pages" for name, count in sorted(tally.engines.items())
    )
    models = ", ".join(f"`{name}`" for name in sorted(tally.models))
    read = (
        f"Read by {engines} (models: {models})." if engines else "No engine's answer is recorded."
    )
    return f"""
## How it was made

- {read}
- Texts by {len(tally.reviewers)} author(s), named by pseudonyms that hold for this release only.
- Kind of approval: {_listed(tally.approvals)}.
- How closely it was looked at: {_listed(tally.verifications)}.
- Target style of `sft`: `{facts.target_style}`.
- Largest image: {facts.max_pixels} pixels. Let trainer and server pass as many (`max_pixels`), else
  they see other pixels than people did."""


def _before(tally: Tally) -> str:
    if not tally.measured:
        return """
## What people changed

Not measured: no page has an engine's answer to compare with."""
    table = "\n".join(_before_row(tally, kind) for kind in sorted(tally.kinds))
    return f"""
## What people changed

Character error rate of the engine's answer against the approved text: edits over reference length,
in grapheme clusters, summed over pages.

| kind | pages | with an answer | characters | CER before |
|---|---:|---:|---:|---:|
{table}

CER after is 0 by definition: the approved text is the reference. What errors are left in it was not
measured by a second transcription."""


def _before_row(tally: Tally, kind: str) -> str:
    measured, length = tally.measured[kind], tally.length[kind]
    rate = f"{100 * tally.edits[kind] / length:.2f} %" if length else "–"
    return f"| {_cell(kind)} | {tally.kinds[kind]} | {measured} | {length} | {rate} |"


def _not_done(facts: ReleaseFacts, tally: Tally) -> str:
    left_out = [
        f"- Left out: {count} page(s) {LEFT_OUT_TEXT.get(reason, reason)}."
        for reason, count in sorted(facts.left_out.items())
        if count
    ]
    if tally.untrainable:
        left_out.append(
            f"- {tally.untrainable} page(s) hold reconstructed text, which the image does not\n"
            "  show: they are in `raw` with their spans, not in `sft`."
        )
    tail = "\n".join(left_out)
    return f"""
## What was not done

- **Personal data was neither searched for nor hidden**, in text or image. This release is for local
  training; do not publish it.
- Near-duplicates between splits were not searched for, beyond equal bytes and groups.
- Pages were not compared with public evaluation sets.
{tail}"""


def _licence(tally: Tally) -> str:
    unknown = NOT_STATED in tally.licenses
    ask = "Where it is not stated, ask whoever gave the documents before passing them on."
    return f"""
## Licence

Licence of the documents, as their metadata states it: {_listed(tally.licenses)}.
{ask if unknown else ""}
The licence of the model that read the pages may bind what is trained on its answers."""


def _loading(facts: ReleaseFacts, files: list[FileEntry]) -> str:
    return f"""
## Loading

```python
from datasets import load_dataset
pages = load_dataset("DIR", "raw")
```

sha256 over `data/**`: `{data_digest(files)}`
(release {facts.number}; every file and option is in `manifest.json`). The same snapshot and options
give the same bytes."""


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{_cell(name)} {count}" for name, count in sorted(counts.items()))


def _cell(text: str) -> str:
    """Keep a project's own word from breaking a table."""
    return " ".join(text.split()).replace("|", "\\|")


def _quoted(text: str) -> str:
    """Write a YAML scalar: JSON's double-quoted strings are YAML's too."""
    return json.dumps(text, ensure_ascii=False)
