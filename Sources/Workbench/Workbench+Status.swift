#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Workbench {
  /// The facts `/status` shows.
  public var status: Status {
    let weights = try? currentWeights()
    return Status(
      modelName: model.name, modelPath: model.path, modelSize: model.size,
      modelParameters: model.parameterCount, contextLength: model.contextLength,
      sessionPath: store?.path, isScratch: store.map { places.isScratch($0.path) } ?? false,
      isReadOnly: store?.isReadOnly ?? false, unsaved: unsaved,
      examples: session.examples.count { $0.current != nil }, bursts: session.bursts.count,
      current: session.currentBurst, adapterHash: session.currentBurst?.hash,
      deltaNorm: session.currentBurst?.deltaNorm, trainedParameters: weights?.parameterCount,
      strength: session.state.strength, chat: session.state.chat, system: session.system,
      sampling: session.sampling, recipe: session.recipe, memoryBytes: residentBytes(),
      keptBytes: model.keptBytes,
      diskBytes: store?.diskBytes ?? 0, votes: session.state.votes ?? [])
  }
}

/// Resident memory of this process in bytes (on macOS the most it ever had); 0 where the system does not say.
private func residentBytes() -> Int {
  #if canImport(Darwin)
    var usage = rusage()
    return getrusage(RUSAGE_SELF, &usage) == 0 ? Int(usage.ru_maxrss) : 0
  #else
    guard let bytes = try? FileBytes.read("/proc/self/statm") else { return 0 }
    let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    guard fields.count > 1, let pages = Int(fields[1]) else { return 0 }
    return pages * sysconf(Int32(_SC_PAGESIZE))
  #endif
}
