/// A cursor over a GGUF file's header that checks each read against the bytes that are left.
struct GGUFReader {
  struct Header {
    var version: UInt32
    var tensorCount: Int
    var metadataCount: Int
  }

  private let file: MappedFile
  private var position = 0

  static let magic: [UInt8] = Array("GGUF".utf8)
  private static let greatestRank: UInt32 = 4

  init(_ file: MappedFile) {
    self.file = file
  }

  private var left: Int { file.count - position }

  // MARK: Sections

  mutating func header() throws(ModelFileError) -> Header {
    let found = [UInt8](file.bytes.prefix(4))
    guard found == Self.magic else {
      throw .notGGUF(path: file.path, found: found)
    }
    position = 4
    let version = try integer(UInt32.self)
    // A big-endian file's version has its only set byte at the other end.
    guard version & 0xffff != 0 || version == 0 else { throw .bigEndian(path: file.path) }
    guard version == 2 || version == 3 else {
      throw .unsupportedVersion(path: file.path, version: version)
    }
    // A tensor takes at least a name's length, a rank, one dimension, a type and an offset.
    let tensorCount = try count(atLeast: 8 + 4 + 8 + 4 + 8)
    let metadataCount = try count(atLeast: 8 + 4 + 1)
    return Header(version: version, tensorCount: tensorCount, metadataCount: metadataCount)
  }

  mutating func metadata(count: Int) throws(ModelFileError) -> [String: GGUFValue] {
    var values: [String: GGUFValue] = [:]
    for _ in 0..<count {
      let place = position
      let key = try name(at: place)
      let value = try value(of: try kind(), key: key)
      guard values.updateValue(value, forKey: key) == nil else {
        throw .malformed(
          path: file.path, place: .key(key), expected: "each key once", found: "it twice")
      }
    }
    return values
  }

  mutating func tensors(
    count: Int, metadata: [String: GGUFValue]
  ) throws(ModelFileError) -> [GGUFTensor] {
    var tensors: [GGUFTensor] = []
    for _ in 0..<count { tensors.append(try tensor()) }
    guard !tensors.isEmpty else { return [] }

    let alignment = try alignment(metadata)
    let start = position.addingReportingOverflow((alignment - position % alignment) % alignment)
    var need = start.overflow ? Int.max : start.partialValue
    var placed: [GGUFTensor] = []
    for tensor in tensors {
      guard tensor.offset % alignment == 0 else {
        throw .malformed(
          path: file.path, place: .tensor(tensor.name),
          expected: "an offset that is a multiple of \(alignment)", found: "\(tensor.offset)")
      }
      let (offset, over) = start.partialValue.addingReportingOverflow(tensor.offset)
      let (end, past) = offset.addingReportingOverflow(tensor.byteCount)
      need = max(need, over || past ? Int.max : end)
      placed.append(
        GGUFTensor(
          name: tensor.name, type: tensor.type, dimensions: tensor.dimensions,
          offset: over ? Int.max : offset, byteCount: tensor.byteCount))
    }
    guard need <= file.count else {
      throw .truncated(path: file.path, need: need, have: file.count)
    }
    return placed
  }

  // MARK: Values

  private mutating func value(of kind: GGUFKind, key: String) throws(ModelFileError) -> GGUFValue {
    switch kind {
    case .uint8: .unsigned(UInt64(try integer(UInt8.self)))
    case .uint16: .unsigned(UInt64(try integer(UInt16.self)))
    case .uint32: .unsigned(UInt64(try integer(UInt32.self)))
    case .uint64: .unsigned(try integer(UInt64.self))
    case .int8: .signed(Int64(try integer(Int8.self)))
    case .int16: .signed(Int64(try integer(Int16.self)))
    case .int32: .signed(Int64(try integer(Int32.self)))
    case .int64: .signed(try integer(Int64.self))
    case .float32: .float(Float(bitPattern: try integer(UInt32.self)))
    case .float64: .double(Double(bitPattern: try integer(UInt64.self)))
    case .bool: .bool(try integer(UInt8.self) != 0)
    case .string: .string(String(decoding: try text(), as: UTF8.self))
    case .array: try array(key: key)
    }
  }

  private mutating func array(key: String) throws(ModelFileError) -> GGUFValue {
    let element = try kind()
    // No model has arrays of arrays, and no reader but the specification knows them.
    guard element != .array else {
      throw .malformed(
        path: file.path, place: .key(key), expected: "an array of texts or numbers",
        found: "an array of arrays")
    }
    let count = try count(atLeast: element.minimumBytes)
    guard element == .string else {
      let start = position
      position += count * element.minimumBytes
      return .numbers(GGUFNumbers(element: element, count: count, file: file, start: start))
    }
    var starts: [Int] = []
    starts.reserveCapacity(count + 1)
    for _ in 0..<count {
      let length = try length()
      starts.append(position)
      position += length
    }
    starts.append(position + 8)
    return .strings(GGUFStrings(file: file, starts: starts))
  }

  private mutating func tensor() throws(ModelFileError) -> GGUFTensor {
    let name = try name(at: position)
    func malformed(_ expected: String, _ found: String) -> ModelFileError {
      .malformed(path: file.path, place: .tensor(name), expected: expected, found: found)
    }
    let rank = try integer(UInt32.self)
    guard (1...Self.greatestRank).contains(rank) else {
      throw malformed("1 to \(Self.greatestRank) dimensions", "\(rank)")
    }
    var dimensions: [Int] = []
    var elements = 1
    for _ in 0..<rank {
      let size = try integer(UInt64.self)
      let (product, overflow) = elements.multipliedReportingOverflow(
        by: Int(clamping: size))
      guard size > 0, !overflow, product < 1 << 56 else {
        throw malformed(
          "sizes above 0 whose product fits a file", "\(dimensions + [Int(clamping: size)])")
      }
      dimensions.append(Int(size))
      elements = product
    }
    let id = try integer(UInt32.self)
    guard let type = GGMLType(id: id) else {
      throw .unsupportedTensorType(path: file.path, tensor: name, type: "tensor type \(id)")
    }
    guard dimensions[0] % type.blockLength == 0 else {
      throw malformed(
        "rows of a multiple of \(type.blockLength) numbers for \(type.name)", "\(dimensions[0])")
    }
    let claimed = try integer(UInt64.self)
    guard let offset = Int(exactly: claimed) else {
      throw malformed("an offset in the file", "\(claimed)")
    }
    // Below 2^56 numbers of at most 8 bytes each: no overflow.
    return GGUFTensor(
      name: name, type: type, dimensions: dimensions, offset: offset,
      byteCount: elements / type.blockLength * type.blockBytes)
  }

  private func alignment(_ metadata: [String: GGUFValue]) throws(ModelFileError) -> Int {
    guard let value = metadata["general.alignment"] else { return 32 }
    guard let alignment = value.int, alignment > 0, alignment & (alignment - 1) == 0,
      alignment <= 1 << 30
    else {
      throw .malformed(
        path: file.path, place: .key("general.alignment"), expected: "a power of two",
        found: value.int.map { "\($0)" } ?? value.kind)
    }
    return alignment
  }

  // MARK: Primitives

  private mutating func kind() throws(ModelFileError) -> GGUFKind {
    let place = position
    let id = try integer(UInt32.self)
    guard let kind = GGUFKind(rawValue: id) else {
      throw .malformed(
        path: file.path, place: .byte(place), expected: "a value type from 0 to 12",
        found: "\(id)")
    }
    return kind
  }

  private mutating func name(at place: Int) throws(ModelFileError) -> String {
    guard let name = String(validating: try text(), as: UTF8.self) else {
      throw .malformed(
        path: file.path, place: .byte(place), expected: "a name in UTF-8", found: "other bytes")
    }
    return name
  }

  private mutating func text() throws(ModelFileError) -> UnsafeRawBufferPointer {
    let length = try length()
    defer { position += length }
    return UnsafeRawBufferPointer(rebasing: file.bytes[position..<position + length])
  }

  /// A length in bytes that the file still has after it.
  private mutating func length() throws(ModelFileError) -> Int { try count(atLeast: 1) }

  /// A count of things that take `size` bytes or more each, all of which the file still has room
  /// for.
  private mutating func count(atLeast size: Int) throws(ModelFileError) -> Int {
    let count = try integer(UInt64.self)
    guard count <= UInt64(left / size) else {
      let (bytes, over) = Int(clamping: count).multipliedReportingOverflow(by: size)
      let (need, past) = position.addingReportingOverflow(bytes)
      throw .truncated(path: file.path, need: over || past ? Int.max : need, have: file.count)
    }
    return Int(count)
  }

  private mutating func integer<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type
  ) throws(ModelFileError) -> T {
    guard left >= MemoryLayout<T>.size else {
      throw .truncated(path: file.path, need: position + MemoryLayout<T>.size, have: file.count)
    }
    defer { position += MemoryLayout<T>.size }
    return T(littleEndian: file.bytes.loadUnaligned(fromByteOffset: position, as: T.self))
  }
}
