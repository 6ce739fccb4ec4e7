"""Answer one request after the other until the parent closes the pipe."""

import sys
import warnings
from pathlib import Path

from annotations.ingest.decoder import canonical, framing, limits
from annotations.ingest.decoder.confinement import allow_cpu, confine, take_pipes
from annotations.ingest.decoder.failures import DecodeFailure, DiskFull, Reason
from annotations.ingest.decoder.framing import Message
from annotations.ingest.decoder.page import OpenFile
from annotations.ingest.decoder.pdf import PdfFile
from annotations.ingest.decoder.raster import RasterFile


class Session:
    """The file that is open now."""

    def __init__(self) -> None:
        self._file: OpenFile | None = None

    def answer(self, request: Message) -> Message:
        """Return the answer to one request; every fault of the file becomes an answer too."""
        try:
            return self._answer(request)
        except DecodeFailure as failure:
            return {"failure": failure.reason}
        except DiskFull:
            return {"disk_full": True}
        except MemoryError:
            return {"out_of_memory": True}
        except Exception as error:  # noqa: BLE001  a hostile file raises anything from a decoder
            print(f"decoder: {type(error).__name__}: {error}", file=sys.stderr)
            return {"failure": Reason.CORRUPT}

    def _answer(self, request: Message) -> Message:
        if "open" in request:
            self._file = _opened(Path(request["open"]), request["media_type"])
            return {"pages": self._file.page_count}
        if self._file is None:
            raise framing.BrokenFraming
        if "page" in request:
            return canonical.write(self._file.page(request["page"]), Path(request["into"]))
        self._file.close()
        self._file = None
        return {"closed": True}


def _opened(path: Path, media_type: str) -> OpenFile:
    return PdfFile(path) if media_type == "application/pdf" else RasterFile(path, media_type)


def main() -> None:
    """Serve requests from standard input."""
    confine(parent_pid=int(sys.argv[1]))
    warnings.simplefilter("ignore")  # Pillow warns about what it repairs; nobody reads it here
    requests, answers = take_pipes()
    session = Session()
    answer: Message = {"ready": True}
    while True:
        answers.write(framing.encode(answer))
        answers.flush()
        request = framing.read(requests)
        if request is None or "out_of_memory" in answer:
            return
        allow_cpu(limits.REQUEST_CPU_SECONDS)
        answer = session.answer(request)


if __name__ == "__main__":
    main()
