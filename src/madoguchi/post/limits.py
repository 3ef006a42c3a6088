"""How much of one message is read. What lies beyond is left in the raw bytes and said in a problem."""

MIB = 1024 * 1024

MESSAGE_BYTES = 25 * MIB
DECODED_BYTES = 48 * MIB

PARTS = 1_000
PART_DEPTH = 30
NESTED_DEPTH = 8

HEADER_FIELDS = 1_000
HEADER_BLOCK_BYTES = MIB
ALL_HEADER_FIELDS = 12_000  # of one message with all that is nested in it
ALL_HEADER_BYTES = 2 * MIB
HEADER_VALUE_BYTES = 128 * 1024

ADDRESSES = 1_000
REFERENCES = 200
PARAMETERS = 200
REPORTED_RECIPIENTS = 200

TEXT_BYTES = MIB  # of one message with all that is nested in it
INLINE_FILE_BYTES = 8 * MIB  # of one text with the files written into it
HTML_TAGS = 40_000
QUOTE_LINES = 20_000
SUBJECT_LENGTH = 4_000
FILE_NAME_LENGTH = 180

TNEF_FILES = 2
TNEF_PARTS = 200
TNEF_PROPERTIES = 150

FALSE_BOUNDARIES = 50_000
GUESS_BYTES = 65_536
