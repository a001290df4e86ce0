/// One F32 tensor to be written.
public struct SafetensorsEntry: Sendable, Equatable {
  /// Its name.
  public var name: String
  /// Sizes, the last running fastest.
  public var shape: [Int]
  /// Its numbers, row-major.
  public var values: [Float]

  /// A tensor; `values` must be as many as the shape says.
  public init(name: String, shape: [Int], values: [Float]) {
    precondition(
      shape.reduce(1, *) == values.count, "\(name): \(values.count) numbers for shape \(shape)")
    self.name = name
    self.shape = shape
    self.values = values
  }
}

extension SafetensorsFile {
  /// Writes tensors to `path`, atomically and durably. The same tensors give the same bytes in any
  /// order.
  ///
  /// Source: the safetensors format. Names are sorted, the header is padded with spaces so that
  /// data start at a multiple of eight; `{"format": "pt"}` is what PyTorch's readers ask for.
  public static func write(
    _ entries: [SafetensorsEntry], metadata: [String: String] = ["format": "pt"],
    to path: String
  ) throws(FileError) {
    let sorted = entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    for (one, next) in zip(sorted, sorted.dropFirst()) {
      precondition(one.name != next.name, "the tensor \(one.name) stands twice")
    }
    let header = header(sorted, metadata: metadata)
    try DurableFile.write(to: path) { (writer) throws(FileError) in
      let length = UInt64(header.count).littleEndian
      try writer.append(withUnsafeBytes(of: length) { Array($0) })
      try writer.append(header)
      for entry in sorted {
        try entry.values.withUnsafeBufferPointer { (values) throws(FileError) in
          try writer.append(UnsafeRawBufferPointer(values))
        }
      }
    }
  }

  private static func header(
    _ sorted: [SafetensorsEntry], metadata: [String: String]
  ) -> [UInt8] {
    var header = JSONObject()
    var texts = JSONObject()
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      texts.append(key, .string(value))
    }
    header.append("__metadata__", .object(texts))
    var offset = 0
    for entry in sorted {
      let end = offset + entry.values.count * MemoryLayout<Float>.size
      header.append(
        entry.name,
        .object([
          "dtype": .string("F32"), "shape": .array(entry.shape.map { .integer($0) }),
          "data_offsets": .array([.integer(offset), .integer(end)]),
        ]))
      offset = end
    }
    var bytes = Array(JSONValue.object(header).text().utf8)
    while bytes.count % 8 != 0 { bytes.append(UInt8(ascii: " ")) }
    return bytes
  }
}
