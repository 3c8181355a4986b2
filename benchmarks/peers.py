"""Runs in an environment of its own: seconds that a peer takes for the texts named on the command line.

    python peers.py jieba FILE...          jieba.cut in accurate mode
    python peers.py recognizers FILE...    Microsoft Recognizers-Text, numbers
"""

import sys
import time


def run_jieba(texts: list[str]) -> float:
    import jieba

    jieba.setLogLevel(60)
    jieba.initialize()
    began = time.process_time()
    for text in texts:
        for _ in jieba.cut(text):
            pass
    return time.process_time() - began


def run_recognizers(texts: list[str]) -> float:
    from recognizers_number import Culture, NumberRecognizer

    model = NumberRecognizer(Culture.Chinese).get_number_model(Culture.Chinese)
    model.parse("新增20家")
    began = time.process_time()
    for text in texts:
        for line in text.splitlines():
            model.parse(line)
    return time.process_time() - began


if __name__ == "__main__":
    peer, *files = sys.argv[1:]
    contents = []
    for name in files:
        with open(name, encoding="utf-8") as file:
            contents.append(file.read())
    print({"jieba": run_jieba, "recognizers": run_recognizers}[peer](contents))
