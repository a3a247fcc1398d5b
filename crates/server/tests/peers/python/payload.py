"""What is sent back and forth, as in ../plan.rs."""


def text(size):
    """A text of exactly so many bytes, with characters of one, three and four."""
    return "가👋z" * (size // 8) + "x" * (size % 8)


def octets(size):
    """So many bytes, most of which are no UTF-8."""
    return bytes(index * 7 % 256 for index in range(size))
