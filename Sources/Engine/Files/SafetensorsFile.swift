/// One tensor as a safetensors file lists it.
public struct SafetensorsTensor: Sendable, Equatable {
  /// Its name.
  public let name: String
  /// How its numbers are stored, in the file's words: `F32`.
  public let dtype: String
  /// Sizes, the last running fastest; empty for a single number.
  public let shape: [Int]
  /// Where its bytes start, counted from the start of the file.
  public let offset: Int
  /// How many bytes it takes.
  public let byteCount: Int

  /// The format, if this build decodes it.
  public var format: TensorFormat? {
    switch dtype {
    case "F32": .f32
    case "F16": .f16
    case "BF16": .bf16
    default: nil
    }
  }

  /// How many numbers it holds.
  public var elementCount: Int { shape.reduce(1, *) }
}

/// A safetensors file, mapped: where each tensor lies.
///
/// Source: the safetensors format: eight bytes of header length (little-endian), a JSON header, the
/// data. Everything the header claims is checked against the file before it is used.
public struct SafetensorsFile: Sendable {
  /// The path it was opened by.
  public let path: String
  /// The texts under `__metadata__`.
  public let metadata: [String: String]
  /// All tensors in the order of their bytes.
  public let tensors: [SafetensorsTensor]
  /// The bytes.
  public let file: MappedFile

  private let places: [String: Int]

  // The limit of the format's own reader: a header is never nearly as long.
  private static let greatestHeader = 100_000_000

  /// Opens and checks the file at `path`. Reads the header only.
  public init(path: String) throws(ModelFileError) {
    do { file = try MappedFile(path: path) } catch { throw .file(error) }
    self.path = path
    guard file.count >= 8 else { throw .truncated(path: path, need: 8, have: file.count) }
    let claimed = UInt64(littleEndian: file.bytes.loadUnaligned(as: UInt64.self))
    guard claimed <= UInt64(Self.greatestHeader) else {
      throw .malformed(
        path: path, place: .byte(0),
        expected: "a safetensors header of at most \(Self.greatestHeader) bytes",
        found: "\(claimed)")
    }
    let start = 8 + Int(claimed)
    guard start <= file.count else {
      throw .truncated(path: path, need: start, have: file.count)
    }
    let header = try Self.header(
      UnsafeRawBufferPointer(rebasing: file.bytes[8..<start]), path: path)
    metadata = try Self.metadata(header, path: path)
    var tensors: [SafetensorsTensor] = []
    for member in header.members where member.key != "__metadata__" {
      tensors.append(try Self.tensor(member, dataStart: start, path: path))
    }
    tensors.sort { ($0.offset, $0.byteCount) < ($1.offset, $1.byteCount) }
    try Self.check(tensors, path: path, size: file.count)
    self.tensors = tensors
    places = Dictionary(uniqueKeysWithValues: zip(tensors.map(\.name), tensors.indices))
  }

  /// The tensor with this name, if the file has one.
  public func tensor(_ name: String) -> SafetensorsTensor? {
    places[name].map { tensors[$0] }
  }

  /// The tensor's bytes; valid as long as `file` is held.
  public func bytes(of tensor: SafetensorsTensor) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: file.bytes[tensor.offset..<tensor.offset + tensor.byteCount])
  }

  /// The tensor's format. Throws where this build cannot decode it.
  public func format(of tensor: SafetensorsTensor) throws(ModelFileError) -> TensorFormat {
    guard let format = tensor.format else {
      throw .unsupportedTensorType(path: path, tensor: tensor.name, type: quoted(tensor.dtype))
    }
    return format
  }

  /// The tensor's numbers, row-major. Throws where this build cannot decode its dtype.
  public func floats(of tensor: SafetensorsTensor) throws(ModelFileError) -> [Float] {
    try format(of: tensor).floats(bytes(of: tensor), count: tensor.elementCount)
  }
}

extension SafetensorsFile {
  private static func header(
    _ bytes: UnsafeRawBufferPointer, path: String
  ) throws(ModelFileError) -> JSONObject {
    do {
      return try JSONReader.object(bytes)
    } catch {
      throw .malformed(
        path: path, place: .byte(8 + error.offset), expected: error.expected, found: error.found)
    }
  }

  private static func metadata(
    _ header: JSONObject, path: String
  ) throws(ModelFileError) -> [String: String] {
    guard let value = header["__metadata__"], value != .null else { return [:] }
    guard let object = value.object else {
      throw .malformed(
        path: path, place: .key("__metadata__"), expected: "an object", found: "another value")
    }
    var texts: [String: String] = [:]
    for member in object.members { texts[member.key] = member.value.string ?? member.value.text() }
    return texts
  }

  private static func tensor(
    _ member: JSONObject.Member, dataStart: Int, path: String
  ) throws(ModelFileError) -> SafetensorsTensor {
    func malformed(_ expected: String, _ found: String) -> ModelFileError {
      .malformed(path: path, place: .tensor(member.key), expected: expected, found: found)
    }
    let entry = member.value.object
    guard let dtype = entry?["dtype"]?.string else { throw malformed("a dtype", "none") }
    guard let shape = entry?["shape"]?.array?.map(\.int), let offsets = offsets(entry) else {
      throw malformed("a shape and two data_offsets", printable(member.value.text()))
    }
    var elements = 1
    var sizes: [Int] = []
    for size in shape {
      let (product, overflow) = elements.multipliedReportingOverflow(by: size ?? -1)
      guard let size, size >= 0, !overflow, product < 1 << 56 else {
        throw malformed("sizes whose product fits a file", "\(shape.map { $0 ?? -1 })")
      }
      sizes.append(size)
      elements = product
    }
    let byteCount = offsets.upperBound - offsets.lowerBound
    if let bits = bits(ofDtype: dtype), (elements * bits + 7) / 8 != byteCount {
      throw malformed(
        "\((elements * bits + 7) / 8) bytes for \(dtype) of shape \(sizes)", "\(byteCount)")
    }
    let (offset, overflow) = dataStart.addingReportingOverflow(offsets.lowerBound)
    let (_, past) = offset.addingReportingOverflow(byteCount)
    guard !overflow, !past else { throw malformed("offsets in the file", "\(offsets)") }
    return SafetensorsTensor(
      name: member.key, dtype: dtype, shape: sizes, offset: offset, byteCount: byteCount)
  }

  private static func offsets(_ entry: JSONObject?) -> Range<Int>? {
    guard let pair = entry?["data_offsets"]?.array, pair.count == 2, let start = pair[0].int,
      let end = pair[1].int, start >= 0, end >= start
    else { return nil }
    return start..<end
  }

  /// How many bits one number takes; nil for a dtype that came after this was written.
  private static func bits(ofDtype dtype: String) -> Int? {
    switch dtype {
    case "F4": 4
    case "F6_E2M3", "F6_E3M2": 6
    case "BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "F8_E8M0": 8
    case "F16", "BF16", "U16", "I16": 16
    case "F32", "U32", "I32": 32
    case "F64", "U64", "I64", "C64": 64
    default: nil
    }
  }

  /// Checks sorted tensors against the file's size and against each other.
  private static func check(
    _ tensors: [SafetensorsTensor], path: String, size: Int
  ) throws(ModelFileError) {
    let need = tensors.map { $0.offset + $0.byteCount }.max() ?? 0
    guard need <= size else { throw .truncated(path: path, need: need, have: size) }
    for (one, next) in zip(tensors, tensors.dropFirst())
    where one.offset + one.byteCount > next.offset {
      throw .malformed(
        path: path, place: .tensor(next.name), expected: "bytes of its own",
        found: "bytes that \(quoted(one.name)) has too")
    }
  }
}
