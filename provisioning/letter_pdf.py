"""A letter of authority, and the patch job that goes with it, as a PDF of one page. Equal letters are equal bytes."""

from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from provisioning.letters import Letter

LEFT, TOP, LINE = 22 * mm, 272 * mm, 6 * mm
WIDEST = 92  # characters of the text font in one line
FONT, BOLD = "Helvetica", "Helvetica-Bold"


def letter_pdf(letter: Letter) -> bytes:
    """Return the page. What stands in it was filtered by `provisioning.letters` before."""
    buffer = BytesIO()
    # `invariant` leaves out the moment and the random id of the file, which would make equal letters different bytes.
    canvas = Canvas(buffer, pagesize=A4, invariant=1, pageCompression=0)
    canvas.setTitle(letter.number)
    canvas.setAuthor("neutralhost")
    page = _Page(canvas)
    page.heading(f"Letter of authority {letter.number}", 16)
    _facts(page, letter)
    page.heading("Patch job", 12)
    for number, task in enumerate(letter.tasks, 1):
        page.line(f"{number}.  {task}")
    page.gap()
    page.line("Done by ................................    on ..................    insertion loss ............ dB")
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _facts(page: "_Page", letter: Letter) -> None:
    facts = (
        ("Order", letter.order_id),
        ("Exchange", letter.exchange),
        *((f"End {name.upper()}", value) for name, value in letter.ends),
        ("Authorised by", letter.authorised_by),
        ("Authorised to", letter.authorised_to),
        ("Their reference", letter.reference or "none"),
        ("Issued on", letter.issued_on.isoformat()),
        ("Valid until", letter.valid_until.isoformat()),
        ("Signed by", letter.signature),
    )
    for name, value in facts:
        page.fact(name, value)
    page.gap()
    page.line("The bearer may join the two ends named above, and nothing else, until the day it is valid.")
    page.gap()


class _Page:
    """Where the next line goes."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._y = TOP

    def heading(self, text: str, size: int) -> None:
        self._canvas.setFont(BOLD, size)
        self._write(LEFT, text)
        self.gap()

    def fact(self, name: str, value: str) -> None:
        self._canvas.setFont(BOLD, 10)
        self._canvas.drawString(LEFT, self._y, name)
        self._canvas.setFont(FONT, 10)
        self._write(LEFT + 36 * mm, value)

    def line(self, text: str) -> None:
        self._canvas.setFont(FONT, 10)
        for start in range(0, len(text), WIDEST):
            self._write(LEFT, text[start : start + WIDEST])

    def gap(self) -> None:
        self._y -= LINE / 2

    def _write(self, x: float, text: str) -> None:
        self._canvas.drawString(x, self._y, text)
        self._y -= LINE
