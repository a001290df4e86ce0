internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The engine's threads. They live here and nowhere else.
///
/// A caller hands over a number of independent tasks; it and the workers take them in turn. Which thread takes which
/// task is not fixed, so tasks write disjoint places and results do not depend on the number of threads.
/// Between jobs workers spin briefly, so that the many small jobs of one decoded token need no wake-up, then sleep.
///
/// Unchecked: `job` is written only while no worker has joined (see `state`).
package final class Workers: @unchecked Sendable {
  /// How many threads take tasks, the caller's included.
  package let threads: Int

  private let shared: Shared
  private var handles: [pthread_t] = []

  /// Starts `threads - 1` workers; nil is one thread a core.
  package init(threads: Int? = nil) {
    let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    self.threads = max(1, min(threads ?? cores, 256))
    self.shared = Shared()
    for slot in 1..<max(2, self.threads) where slot < self.threads {
      guard let handle = startWorker(shared, slot: slot) else { break }
      handles.append(handle)
    }
  }

  deinit {
    shared.shutDown()
    for handle in handles { pthread_join(handle, nil) }
  }

  /// Calls `body(task, slot)` once for each task of 0..<count, on any thread, and returns when all are done. `slot` is
  /// the thread's number, below `threads`: what belongs to it is used by no other meanwhile. Not reentrant.
  package func run(_ count: Int, _ body: (Int, Int) -> Void) {
    if count <= 1 || handles.isEmpty {
      for task in 0..<count { body(task, 0) }
      return
    }
    withoutActuallyEscaping(body) { shared.run(count, $0) }
  }
}

/// What the threads share.
///
/// `state` holds, from the top: 32 bits of job number, one bit "open", and the number of workers inside the job.
/// A worker joins only an open job, by one exchange; the caller closes the job when no task is left and waits for
/// those inside. A worker that wakes late finds the job closed, and nobody has waited for it.
private final class Shared: @unchecked Sendable {
  private let state = Atomic<UInt64>(0)
  private let next = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let ending = Atomic<Bool>(false)
  private var count = 0
  private var job: ((Int, Int) -> Void)?
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wakeUp = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  private static let open: UInt64 = 1 << 31
  private static let inside: UInt64 = open - 1
  private static let spins = 4000

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(wakeUp, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(wakeUp)
    mutex.deallocate()
    wakeUp.deallocate()
  }

  func run(_ count: Int, _ body: @escaping (Int, Int) -> Void) {
    self.count = count
    job = body
    next.store(0, ordering: .relaxed)
    let number = (state.load(ordering: .relaxed) >> 32) &+ 1
    state.store((number << 32) | Self.open, ordering: .sequentiallyConsistent)
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wakeAll() }
    takeTasks(0, body)
    var now = state.bitwiseAnd(~Self.open, ordering: .acquiringAndReleasing).newValue
    while now & Self.inside != 0 {
      Kernels.pause()
      now = state.load(ordering: .acquiring)
    }
    job = nil
  }

  private func takeTasks(_ slot: Int, _ body: (Int, Int) -> Void) {
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      body(index, slot)
    }
  }

  /// Joins the job if it is open and newer than `done`. Returns its number.
  private func join(after done: UInt64) -> UInt64? {
    var now = state.load(ordering: .acquiring)
    while now & Self.open != 0, now >> 32 != done {
      let (exchanged, original) = state.compareExchange(
        expected: now, desired: now + 1, ordering: .acquiringAndReleasing)
      if exchanged { return now >> 32 }
      now = original
    }
    return nil
  }

  func work(slot: Int) {
    var done: UInt64 = 0
    var idle = 0
    while !ending.load(ordering: .acquiring) {
      if let number = join(after: done) {
        if let job { takeTasks(slot, job) }
        state.wrappingSubtract(1, ordering: .acquiringAndReleasing)
        done = number
        idle = 0
      } else if idle < Self.spins {
        idle += 1
        Kernels.pause()
      } else {
        sleep(after: done)
        idle = 0
      }
    }
  }

  private func sleep(after done: UInt64) {
    pthread_mutex_lock(mutex)
    sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
    // Asked again after having said so: a job that opened in between has not seen the sleeper.
    while !ending.load(ordering: .sequentiallyConsistent) {
      let now = state.load(ordering: .sequentiallyConsistent)
      if now & Self.open != 0, now >> 32 != done { break }
      pthread_cond_wait(wakeUp, mutex)
    }
    sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
    pthread_mutex_unlock(mutex)
  }

  private func wakeAll() {
    pthread_mutex_lock(mutex)
    pthread_cond_broadcast(wakeUp)
    pthread_mutex_unlock(mutex)
  }

  func shutDown() {
    ending.store(true, ordering: .sequentiallyConsistent)
    wakeAll()
  }
}

/// What a starting thread is told.
private final class Start: Sendable {
  let shared: Shared
  let slot: Int

  init(_ shared: Shared, slot: Int) {
    self.shared = shared
    self.slot = slot
  }
}

private func startWorker(_ shared: Shared, slot: Int) -> pthread_t? {
  let start = Unmanaged.passRetained(Start(shared, slot: slot))
  #if canImport(Darwin)
    var handle: pthread_t?
    let failed = pthread_create(&handle, nil, { workerBody($0) }, start.toOpaque())
  #else
    var handle = pthread_t()
    let failed = pthread_create(&handle, nil, { workerBody($0) }, start.toOpaque())
  #endif
  if failed != 0 {
    start.release()
    return nil
  }
  return handle
}

private func workerBody(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument else { return nil }
  // Signals are the shell's business: they must reach the main thread, or a read there would not be cut short.
  var all = sigset_t()
  sigfillset(&all)
  pthread_sigmask(SIG_BLOCK, &all, nil)
  let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
  start.shared.work(slot: start.slot)
  return nil
}
