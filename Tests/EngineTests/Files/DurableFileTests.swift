import Engine
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite("Durable writes")
struct DurableFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func replacesAFileAndLeavesNothingElse() throws {
    let path = try folder.write("session.json", "old")
    #expect(chmod(path, 0o640) == 0)
    try DurableFile.write("new text", to: path)
    #expect(try folder.read("session.json") == Array("new text".utf8))
    #expect(try folder.names() == ["session.json"])
    var facts = stat()
    #expect(stat(path, &facts) == 0)
    #expect(facts.st_mode & 0o777 == 0o640)
  }

  @Test func writesLargePiecesInOrder() throws {
    let path = folder.path + "/large"
    let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    try DurableFile.write(to: path) { (writer) throws(FileError) in
      try writer.append([1, 2, 3])
      try writer.append(large)
      for byte in large.prefix(5000) { try writer.append([byte]) }
    }
    #expect(try folder.read("large") == [1, 2, 3] + large + large.prefix(5000))
  }

  @Test func leavesTheOldFileWhereTheBodyFails() throws {
    let path = try folder.write("kept", "old")
    #expect(throws: FileError.diskFull(path: path)) {
      try DurableFile.write(to: path) { (writer) throws(FileError) in
        try writer.append(Array("half".utf8))
        throw .diskFull(path: path)
      }
    }
    #expect(try folder.read("kept") == Array("old".utf8))
    #expect(try folder.names() == ["kept"])
  }

  @Test func writesThroughALink() throws {
    let path = try folder.write("real", "old")
    #expect(symlink(path, folder.path + "/link") == 0)
    try DurableFile.write("new", to: folder.path + "/link")
    #expect(try folder.read("real") == Array("new".utf8))
    var facts = stat()
    #expect(lstat(folder.path + "/link", &facts) == 0)
    #expect(facts.st_mode & S_IFMT == S_IFLNK)
  }

  @Test func saysWhyItCannotWrite() throws {
    let missing = folder.path + "/none/file"
    let error = #expect(throws: FileError.self) { try DurableFile.write("x", to: missing) }
    #expect(error == .unwritable(path: missing, reason: "its folder does not exist"))
    let inFile = try folder.write("file", "x") + "/inside"
    #expect(throws: FileError.self) { try DurableFile.write("x", to: inFile) }
    #expect(throws: FileError.self) { try DurableFile.write("x", to: folder.path) }
    #expect(try folder.names() == ["file"])
    #expect(FileError.writing("f", errno: ENOSPC) == .diskFull(path: "f"))
    #expect("\(FileError.diskFull(path: "f"))".contains("no space left to write f"))
  }

  @Test func makesFoldersWithThoseAbove() throws {
    let deep = folder.path + "/a/b/c"
    try DurableFile.makeFolder(deep)
    try DurableFile.makeFolder(deep)
    #expect(try folder.names(in: "a/b") == ["c"])
    let file = try folder.write("file", "x")
    #expect(throws: FileError.self) { try DurableFile.makeFolder(file) }
    #expect(throws: FileError.self) { try DurableFile.makeFolder(file + "/x") }
  }

  @Test(arguments: [
    ("/a/b", "/a"), ("/a", "/"), ("a", "."), ("a/b/", "a"), ("/", "/"), ("a//b", "a/"), ("", "."),
  ])
  func folderOfAPath(path: String, folder: String) {
    #expect(DurableFile.folder(of: path) == folder)
  }
}
