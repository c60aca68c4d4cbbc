// bundle.json is read from a folder that others may write to.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/string_view.h"

#include "common/inference/bundle/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const absl::string_view json(reinterpret_cast<const char*>(data), size);
  clientele::inference::IsBundleFilePath(json);
  clientele::inference::ParseVersion(json);

  const auto manifest = clientele::inference::ParseManifest(json);
  if (!manifest.ok()) return 0;
  clientele::inference::CheckManifest(*manifest, manifest->name(), manifest->version())
      .IgnoreError();
  // What was read can be written, and reads the same again.
  const auto written = clientele::inference::WriteManifest(*manifest);
  if (!written.ok()) std::abort();
  const auto again = clientele::inference::ParseManifest(*written);
  if (!again.ok() || clientele::inference::WriteManifest(*again).value() != *written) std::abort();
  return 0;
}
