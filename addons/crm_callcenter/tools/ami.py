"""The manager interface of Asterisk (AMI) as bytes: lines of ``Name: value``, a blank line ends.

What comes over the wire is not trusted: half lines wait for their rest, lines without a colon are
kept and counted, endless lines and messages are cut, bytes that are no UTF-8 become U+FFFD. Nothing
raises; an exchange that sends nonsense must not stop the listener (CC-1).
"""

#: Longest line that is kept whole; the rest of it is left out.
LINE_LIMIT = 65_536
#: Most lines of one message.
MESSAGE_LINES = 2_000


class AmiReader:
    """Turns the stream of one connection into messages.

    :ivar malformed: lines without a colon so far (the banner is one)
    :ivar cut: lines and messages that were too long
    """

    def __init__(self, line_limit=LINE_LIMIT):
        self.line_limit = line_limit
        self.malformed = 0
        self.cut = 0
        self._buffer = bytearray()
        self._skipping = False  # the rest of a line that is too long
        self._lines = []

    def feed(self, data):
        """Messages that are complete with these bytes.

        :return: list of dicts, header names as sent; of repeated headers the values are joined by
            a line feed; lines without a colon are under ``""``
        """
        self._buffer += data
        messages = []
        while (place := self._buffer.find(b"\n")) >= 0:
            line = bytes(self._buffer[:place])
            del self._buffer[: place + 1]
            messages += self._take(line)
        self._shorten()
        return messages

    def _shorten(self):
        """Do not keep more of an unfinished line than a line may have."""
        if len(self._buffer) > self.line_limit:
            if not self._skipping:
                self._keep(bytes(self._buffer[: self.line_limit]))
                self.cut += 1
            self._skipping = True
            self._buffer.clear()

    def _take(self, line):
        """A line is whole; the message, if this was its end."""
        if self._skipping:
            self._skipping = False
            return []
        line = line.removesuffix(b"\r")
        if line:
            if len(line) > self.line_limit:
                self.cut += 1
            self._keep(line[: self.line_limit])
            return []
        lines, self._lines = self._lines, []
        message = self._message(lines)
        return [message] if message else []

    def _keep(self, line):
        if len(self._lines) < MESSAGE_LINES:
            self._lines.append(line.decode("utf-8", "replace"))
        elif len(self._lines) == MESSAGE_LINES:
            self.cut += 1
            self._lines.append("")

    def _message(self, lines):
        message = {}
        for line in lines:
            name, colon, value = line.partition(":")
            name, value = (name.strip(), value.strip()) if colon else ("", line.strip())
            if not colon and value:
                self.malformed += 1
            if name or value:
                message[name] = f"{message[name]}\n{value}" if name in message else value
        return message


def encode(action, variables=None):
    """An action as bytes.

    :param action: dict of headers, ``Action`` among them; a list is sent as repeated headers
    :param variables: dict of channel variables
    :raises ValueError: a name or value would begin another header or message
    """
    lines = []
    for name, value in action.items():
        lines += [(name, one) for one in (value if isinstance(value, list | tuple) else [value])]
    lines += [("Variable", f"{name}={value}") for name, value in (variables or {}).items()]
    return (
        "".join(f"{_clean(name)}: {_clean(value)}\r\n" for name, value in lines).encode() + b"\r\n"
    )


def _clean(value):
    """Text of one line: whoever could smuggle in a line feed could send actions of his own."""
    text = str(value)
    if any(ord(character) < 32 for character in text):
        raise ValueError(f"Control characters may not be sent to the exchange: {text!r}")
    return text
