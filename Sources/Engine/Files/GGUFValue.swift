/// One metadata value of a GGUF file. Arrays stay in the mapped file and are read on demand.
public enum GGUFValue: Sendable {
  case unsigned(UInt64)
  case signed(Int64)
  case float(Float)
  case double(Double)
  case bool(Bool)
  case string(String)
  case strings(GGUFStrings)
  case numbers(GGUFNumbers)

  /// The value as an integer, if it is one that fits.
  public var int: Int? {
    switch self {
    case .unsigned(let value): Int(exactly: value)
    case .signed(let value): Int(exactly: value)
    default: nil
    }
  }

  /// The value as a float; integers count.
  public var float: Float? {
    switch self {
    case .float(let value): value
    case .double(let value): Float(value)
    case .unsigned(let value): Float(value)
    case .signed(let value): Float(value)
    default: nil
    }
  }

  /// The value if it is a truth value.
  public var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The value if it is text. Bytes that are not UTF-8 show as U+FFFD.
  public var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The value if it is an array of texts.
  public var strings: GGUFStrings? {
    if case .strings(let value) = self { value } else { nil }
  }

  /// The value as an array of integers, if it is one and all fit.
  public var ints: [Int]? {
    if case .numbers(let value) = self { value.ints } else { nil }
  }

  /// The value as an array of floats, if it is an array of numbers.
  public var floats: [Float]? {
    if case .numbers(let value) = self { value.floats } else { nil }
  }

  /// What kind of value it is, in words for an error.
  public var kind: String {
    switch self {
    case .unsigned, .signed: "an integer"
    case .float, .double: "a float"
    case .bool: "a truth value"
    case .string: "a text"
    case .strings(let values): "an array of \(values.count) texts"
    case .numbers(let values): "an array of \(values.count) \(values.element.words)"
    }
  }
}

/// The type ids of GGUF's metadata values.
///
/// Source: the GGUF specification's `gguf_metadata_value_type`.
public enum GGUFKind: UInt32, Sendable {
  case uint8 = 0
  case int8 = 1
  case uint16 = 2
  case int16 = 3
  case uint32 = 4
  case int32 = 5
  case float32 = 6
  case bool = 7
  case string = 8
  case array = 9
  case uint64 = 10
  case int64 = 11
  case float64 = 12

  /// How many bytes a value takes; the fewest it can take where that varies.
  var minimumBytes: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64, .string: 8
    case .array: 12
    }
  }

  var words: String {
    switch self {
    case .float32, .float64: "floats"
    case .bool: "truth values"
    case .string: "texts"
    case .array: "arrays"
    default: "integers"
    }
  }
}

/// An array of texts in a mapped GGUF file, such as a vocabulary of 49 152 entries.
///
/// Only the places are kept: making 100 000 `String`s would cost more than all the rest of opening
/// a model.
public struct GGUFStrings: Sendable, RandomAccessCollection {
  private let file: MappedFile
  // Each text's first byte, and one past the end as if another followed: between two stand eight
  // bytes of length.
  private let starts: [Int]

  init(file: MappedFile, starts: [Int]) {
    precondition(!starts.isEmpty, "texts need an end")
    self.file = file
    self.starts = starts
  }

  /// The first index: 0.
  public var startIndex: Int { 0 }
  /// How many texts there are.
  public var endIndex: Int { starts.count - 1 }

  /// The bytes of text `index`, as the file has them.
  public subscript(index: Int) -> [UInt8] { [UInt8](bytes(at: index)) }

  /// The bytes of text `index` without a copy; valid as long as this value or its file is held.
  public func bytes(at index: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: file.bytes[starts[index]..<starts[index + 1] - 8])
  }
}

/// An array of numbers (or truth values) in a mapped GGUF file.
public struct GGUFNumbers: Sendable {
  /// The kind of each number.
  public let element: GGUFKind
  /// How many numbers there are.
  public let count: Int
  private let file: MappedFile
  private let start: Int

  init(element: GGUFKind, count: Int, file: MappedFile, start: Int) {
    self.element = element
    self.count = count
    self.file = file
    self.start = start
  }

  /// All numbers as integers; nil where they are floats or one does not fit. Truth values are 0 and
  /// 1.
  public var ints: [Int]? {
    switch element {
    case .uint8: load(UInt8.self).map(Int.init)
    case .int8: load(Int8.self).map(Int.init)
    case .uint16: load(UInt16.self).map(Int.init)
    case .int16: load(Int16.self).map(Int.init)
    case .uint32: load(UInt32.self).map(Int.init)
    case .int32: load(Int32.self).map(Int.init)
    case .int64: load(Int64.self).map(Int.init)
    case .uint64: exact(load(UInt64.self))
    case .bool: load(UInt8.self).map { $0 == 0 ? 0 : 1 }
    case .float32, .float64, .string, .array: nil
    }
  }

  /// All numbers as floats, rounded where they need to be.
  public var floats: [Float] {
    switch element {
    case .float32: load(Float.self)
    case .float64: load(Double.self).map { Float($0) }
    case .uint64: load(UInt64.self).map { Float($0) }
    default: (ints ?? []).map { Float($0) }
    }
  }

  private func load<T: BitwiseCopyable>(_ type: T.Type) -> [T] {
    [T](unsafeUninitializedCapacity: count) { buffer, initialized in
      let source = UnsafeRawBufferPointer(
        rebasing: file.bytes[start..<start + count * MemoryLayout<T>.size])
      UnsafeMutableRawBufferPointer(buffer).copyMemory(from: source)
      initialized = count
    }
  }

  private func exact(_ values: [UInt64]) -> [Int]? {
    let all = values.compactMap { Int(exactly: $0) }
    return all.count == values.count ? all : nil
  }
}
