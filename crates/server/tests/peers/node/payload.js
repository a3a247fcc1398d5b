// What is sent back and forth, as in ../plan.rs.
'use strict';

// A text of exactly `size` bytes, with characters of one, three and four.
exports.text = (size) => '가👋z'.repeat(Math.floor(size / 8)) + 'x'.repeat(size % 8);

// `size` bytes, most of which are no UTF-8.
exports.bytes = (size) => Buffer.from(Uint8Array.from({ length: size }, (_, index) => index * 7));
