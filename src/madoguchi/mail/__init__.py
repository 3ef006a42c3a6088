"""E-mail of a contract's boxes: kept with its bytes, made part of tickets, answered.

What a mail says is read by `post`, tickets are changed by operations of `desk`. Nothing internal ever leaves by mail.
"""
