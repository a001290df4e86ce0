/// Which kernels made a result, as it is written beside it: `avx2`, `vnni`, `neon` or `scalar`.
///
/// Not an enumeration, so that a file of a later version with a path unknown here can still be read.
public struct KernelPath: RawRepresentable, Codable, Sendable, Hashable {
  /// The path's name.
  public let rawValue: String

  /// The path of that name.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Whether results along both agree in every byte. VNNI's whole-number products are exact, its wider products of floats
  /// add in AVX2's order and everything else of it is AVX2's; other paths add in other orders.
  public func hasSameBytes(as other: KernelPath) -> Bool { family == other.family }

  private var family: String {
    rawValue == Kernels.Path.vnni.rawValue ? Kernels.Path.avx2.rawValue : rawValue
  }
}

extension Model {
  /// Which kernels compute.
  public var kernels: KernelPath { KernelPath(rawValue: kernelPath) }
}
