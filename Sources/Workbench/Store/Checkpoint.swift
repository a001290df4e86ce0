import Engine

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

// A long burst writes what it learnt up to now every ten seconds or so: tensors first, then `checkpoint.json`,
// which names them and is removed once the session's own file holds the burst.
extension SessionStore {
  private var checkpointPath: String { tensorsFolder + "/checkpoint.json" }

  /// Writes a checkpoint of a burst under way, and removes the one before it.
  func writeCheckpoint(_ weights: any TunedWeights, of burst: inout Burst) throws(SessionError) {
    let before = burst
    try write(weights, of: &burst)
    try beforeWrite(.checkpoint)
    try write(SessionWriter.text(of: burst), to: checkpointPath)
    removeTensors(of: [before], except: [burst])
  }

  /// Removes the checkpoint of a burst that the session's file holds by now.
  func removeCheckpoint(_ checkpoint: Burst?, keeping burst: Burst?) {
    guard let checkpoint, checkpoint.adapter != nil, (try? beforeWrite(.removal)) != nil else {
      return
    }
    FileBytes.remove(checkpointPath)
    removeTensors(of: [checkpoint], except: burst.map { [$0] } ?? [])
  }

  /// Adds the burst of a checkpoint that a dead process left to `session`, and writes it.
  func recoverBurst(in session: inout Session) -> Notice? {
    guard let bytes = try? FileBytes.read(checkpointPath),
      var burst = try? SessionFile.decoder().decode(Burst.self, from: Data(bytes))
    else { return nil }
    if let finished = session.burst(burst.id) {
      // Its process died just before removing the checkpoint.
      removeCheckpoint(burst, keeping: finished)
      return nil
    }
    guard burst.id > (session.bursts.last?.id ?? 0), session.problem(burst) == nil,
      let adapter = burst.adapter, let optimiser = burst.optimiser,
      FileBytes.exists(file(adapter)), FileBytes.exists(file(optimiser))
    else { return nil }
    burst.ending = .recovered
    session.checkout(burst.parent)
    session.add(burst)
    // Where this fails, the checkpoint stays and is found again.
    if (try? save(session)) != nil { FileBytes.remove(checkpointPath) }
    return .recoveredBurst(burst.id, steps: burst.steps)
  }
}
