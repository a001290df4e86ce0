/// A setting of bursts that is chosen anew for each burst unless a person set it.
public enum AutomaticSetting: String, Codable, Sendable, CaseIterable {
  case learningRate, klWeight
}

extension AutomaticSetting: SessionWritable {}
