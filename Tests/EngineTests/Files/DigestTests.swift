import Engine
import Testing

@Suite("SHA-256")
struct DigestTests {
  // FIPS 180-2, appendix B.
  private static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
  private static let none = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  @Test func knownDigests() throws {
    #expect("\(SHA256Digest(of: Array("abc".utf8)))" == Self.abc)
    #expect("\(SHA256Digest(of: []))" == Self.none)
    var hasher = SHA256Hasher()
    hasher.update("a")
    hasher.update(Array("bc".utf8))
    #expect("\(hasher.finish())" == Self.abc)
  }

  @Test func readsHex() throws {
    #expect(SHA256Digest(hex: Self.abc) == SHA256Digest(of: Array("abc".utf8)))
    #expect(SHA256Digest(hex: Self.abc.uppercased())?.description == Self.abc)
    #expect(SHA256Digest(hex: String(Self.abc.dropLast())) == nil)
    #expect(SHA256Digest(hex: "g" + Self.abc.dropFirst()) == nil)
  }

  @Test func hashesFilesAndStops() throws {
    let folder = try TemporaryFolder()
    let bytes = [UInt8](repeating: 7, count: 9_000_000)
    let path = try folder.write("large", bytes)
    var told: [Int] = []
    let digest = try SHA256Digest.file(path) { done, size in
      #expect(size == bytes.count)
      told.append(done)
      return true
    }
    #expect(digest == SHA256Digest(of: bytes))
    #expect(told.last == bytes.count)
    #expect(told.count > 1)
    #expect(try SHA256Digest.file(path) { _, _ in false } == nil)
    #expect(try SHA256Digest.file(try folder.write("empty", []))?.description == Self.none)
    #expect(throws: FileError.missing(path: path + "x")) { try SHA256Digest.file(path + "x") }
    #expect(throws: FileError.isFolder(path: folder.path)) { try SHA256Digest.file(folder.path) }
  }

  @Test func identityChangesWithTheFile() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("model", "one")
    let mapped = try MappedFile(path: path)
    #expect(try FileIdentity(path: path) == mapped.identity)
    try DurableFile.write("two", to: path)
    #expect(try FileIdentity(path: path) != mapped.identity)
    #expect(Array(mapped.bytes) == Array("one".utf8))
  }
}
