from . import test_chat_inbox
