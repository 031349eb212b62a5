"""Understands short open answers of mall visitors, in Chinese and English, inside the function (requirement S3).

`analysis.analyse` is all that others need. A text goes through these modules:

- `script` makes it comparable (width, case, traditional characters) without moving a character;
- `matching` finds the words of the `lexicon` in it; what they mean is data that anybody can review: `meaning.txt`,
  `words_zh.txt`, `words_en.txt`;
- `clauses` says what is stated, asked or wished for, and `findings` what is thereby praised or complained of;
- `model` weighs the `signs` of those findings against n-grams; `python -m training.understanding` makes its weights.

Nothing is stored, logged or sent; only the standard library is imported.
"""
