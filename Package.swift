// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
  name: "attune",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "attune", targets: ["attune"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    // -O3 in debug too: at -O0 the kernels are too slow to test with.
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3"])]),
    .target(name: "CEditLine", linkerSettings: [.linkedLibrary("edit")]),
    .target(
      name: "Engine",
      dependencies: ["CKernels", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: strict),
    .target(name: "Workbench", dependencies: ["Engine"], swiftSettings: strict),
    .target(
      name: "Report", dependencies: ["Workbench"], resources: [.embedInCode("report.css")],
      swiftSettings: strict),
    .target(name: "Shell", dependencies: ["Report", "CEditLine"], swiftSettings: strict),
    .executableTarget(
      name: "attune",
      dependencies: [
        "Engine", "Workbench", "Report", "Shell",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      // The script that gets a model, which also runs before anything is built, and its catalogue.
      resources: [.embedInCode("fetch_model.py"), .embedInCode("models.json")],
      swiftSettings: strict),
    .testTarget(name: "EngineTests", dependencies: ["Engine"], swiftSettings: strict),
    .testTarget(name: "WorkbenchTests", dependencies: ["Workbench"], swiftSettings: strict),
    .testTarget(name: "ReportTests", dependencies: ["Report"], swiftSettings: strict),
    .testTarget(name: "ShellTests", dependencies: ["Shell"], swiftSettings: strict),
    // Runs the built program as a process.
    .testTarget(name: "CommandLineTests", dependencies: ["attune"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
