/// Makes GGUF files for tests, well-formed ones and others: it checks nothing.
struct GGUFBuilder {
  enum Value {
    case uint8(UInt8)
    case int8(Int8)
    case uint16(UInt16)
    case int16(Int16)
    case uint32(UInt32)
    case int32(Int32)
    case float32(Float)
    case bool(Bool)
    case string(String)
    case uint64(UInt64)
    case int64(Int64)
    case float64(Double)
    case strings([[UInt8]])
    case int32s([Int32])
    case float32s([Float])
    case uint64s([UInt64])
    case bools([Bool])
    /// A type id with any bytes after it.
    case raw(UInt32, [UInt8])
  }

  struct Tensor {
    var name: [UInt8]
    var dimensions: [UInt64]
    var type: UInt32
    var bytes: [UInt8]
    /// Instead of the right one.
    var offset: UInt64?
  }

  var magic = Array("GGUF".utf8)
  var version: UInt32 = 3
  var metadata: [(key: [UInt8], value: Value)] = []
  var tensors: [Tensor] = []
  var alignment = 32
  var tensorCount: UInt64?
  var metadataCount: UInt64?

  mutating func add(_ key: String, _ value: Value) {
    metadata.append((Array(key.utf8), value))
  }

  mutating func add(
    _ name: String, _ dimensions: [UInt64], type: UInt32, bytes: [UInt8], offset: UInt64? = nil
  ) {
    tensors.append(
      Tensor(
        name: Array(name.utf8), dimensions: dimensions, type: type, bytes: bytes, offset: offset))
  }

  var bytes: [UInt8] {
    var out = Bytes()
    out.all += magic
    out.add(version)
    out.add(tensorCount ?? UInt64(tensors.count))
    out.add(metadataCount ?? UInt64(metadata.count))
    for (key, value) in metadata {
      out.addText(key)
      out.add(value)
    }
    var offset: UInt64 = 0
    for tensor in tensors {
      out.addText(tensor.name)
      out.add(UInt32(tensor.dimensions.count))
      for size in tensor.dimensions { out.add(size) }
      out.add(tensor.type)
      out.add(tensor.offset ?? offset)
      offset += UInt64((tensor.bytes.count + alignment - 1) / alignment * alignment)
    }
    for tensor in tensors {
      out.pad(to: alignment)
      out.all += tensor.bytes
    }
    return out.all
  }
}

/// Little-endian bytes being put together.
struct Bytes {
  var all: [UInt8] = []

  mutating func add<T: FixedWidthInteger>(_ value: T) {
    withUnsafeBytes(of: value.littleEndian) { all += $0 }
  }

  mutating func addText(_ text: [UInt8]) {
    add(UInt64(text.count))
    all += text
  }

  mutating func pad(to alignment: Int) {
    while all.count % alignment != 0 { all.append(0) }
  }

  mutating func add(_ value: GGUFBuilder.Value) {
    switch value {
    case .uint8(let value): add(UInt32(0), value)
    case .int8(let value): add(UInt32(1), value)
    case .uint16(let value): add(UInt32(2), value)
    case .int16(let value): add(UInt32(3), value)
    case .uint32(let value): add(UInt32(4), value)
    case .int32(let value): add(UInt32(5), value)
    case .float32(let value): add(UInt32(6), value.bitPattern)
    case .bool(let value): add(UInt32(7), UInt8(value ? 1 : 0))
    case .uint64(let value): add(UInt32(10), value)
    case .int64(let value): add(UInt32(11), value)
    case .float64(let value): add(UInt32(12), value.bitPattern)
    case .string(let text):
      add(UInt32(8))
      addText(Array(text.utf8))
    case .strings(let texts):
      addArray(8, texts.count)
      for text in texts { addText(text) }
    case .int32s(let values):
      addArray(5, values.count)
      for value in values { add(value) }
    case .float32s(let values):
      addArray(6, values.count)
      for value in values { add(value.bitPattern) }
    case .uint64s(let values):
      addArray(10, values.count)
      for value in values { add(value) }
    case .bools(let values):
      addArray(7, values.count)
      for value in values { add(UInt8(value ? 1 : 0)) }
    case .raw(let type, let bytes):
      add(type)
      all += bytes
    }
  }

  private mutating func add<T: FixedWidthInteger>(_ type: UInt32, _ value: T) {
    add(type)
    add(value)
  }

  private mutating func addArray(_ element: UInt32, _ count: Int) {
    add(UInt32(9))
    add(element)
    add(UInt64(count))
  }
}

extension GGUFBuilder {
  /// A small file with every kind of value and several formats, shaped as a model's.
  static var small: GGUFBuilder {
    var builder = GGUFBuilder()
    builder.add("general.architecture", .string("llama"))
    builder.add("general.name", .string("Small"))
    builder.add("llama.block_count", .uint32(1))
    builder.add("llama.rope.freq_base", .float32(10_000))
    builder.add("test.int8", .int8(-3))
    builder.add("test.uint16", .uint16(60_000))
    builder.add("test.int64", .int64(-1 << 40))
    builder.add("test.float64", .float64(0.1))
    builder.add("tokenizer.ggml.add_bos_token", .bool(true))
    builder.add(
      "tokenizer.ggml.tokens", .strings([Array("a".utf8), [0xff, 0x00], [], Array("Ġb".utf8)]))
    builder.add("tokenizer.ggml.token_type", .int32s([1, 3, -1, 6]))
    builder.add("tokenizer.ggml.scores", .float32s([0, -1.5, 2, .infinity]))
    builder.add("test.bools", .bools([true, false]))
    let pattern = (0..<144).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }
    builder.add("token_embd.weight", [32, 4], type: 8, bytes: Array(pattern.prefix(136)))
    builder.add("blk.0.attn_q.weight", [64, 2], type: 3, bytes: Array(pattern.prefix(80)))
    builder.add("blk.0.attn_norm.weight", [8], type: 0, bytes: Array(pattern.prefix(32)))
    builder.add("blk.0.ffn_up.weight", [256], type: 12, bytes: pattern)
    return builder
  }
}
