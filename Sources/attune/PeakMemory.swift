#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The largest resident memory this process has had, in MiB.
func peakMemoryMiB() -> Int {
  #if os(Linux)
    // getrusage would also count what the parent held when it started this process.
    if let status = fopen("/proc/self/status", "r") {
      defer { fclose(status) }
      var line = [CChar](repeating: 0, count: 256)
      while fgets(&line, Int32(line.count), status) != nil {
        let text = String(
          decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        if text.hasPrefix("VmHWM:"), let kibibytes = Int(text.filter(\.isWholeNumber)) {
          return kibibytes / 1024
        }
      }
    }
  #endif
  var usage = rusage()
  #if os(Linux)
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int(usage.ru_maxrss) / 1024
  #else
    getrusage(RUSAGE_SELF, &usage)
    return Int(usage.ru_maxrss) / (1024 * 1024)
  #endif
}
