#ifndef CLIENTELE_TESTS_GPU_CHECK_H_
#define CLIENTELE_TESTS_GPU_CHECK_H_

// What the parts of the check share.

#include <filesystem>
#include <string>
#include <vector>

#include <c10/core/Device.h>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "common/inference/bundle/precision.h"
#include "tests/gpu/made_models.h"
#include "tests/gpu/report.h"

namespace clientele::gpu {

struct Check {
  c10::Device device;
  // Sizes that a CPU computes in about two minutes.
  bool small = false;
  // The repository, and a folder of published checkpoints and goldens that may be missing.
  std::filesystem::path source = {};
  std::filesystem::path shared = {};
  MadeModels* models = nullptr;
  Report* report = nullptr;
  // When the part that runs now should be over.
  absl::Time until = absl::InfiniteFuture();

  // As runners take it.
  std::string device_name() const { return device.str(); }
  bool on_gpu() const { return !device.is_cpu(); }
  bool HasTime() const { return absl::Now() < until; }
};

// A part: OK when it came to its end, whatever it found. What it finds goes to the report.
using Part = absl::Status(Check&);

// Every family of models gives what its golden outputs say, in every precision of the device.
Part CheckParity;
// Versions are swapped while callers compute: no call fails or meets two versions, and no memory
// stays behind.
Part CheckSwaps;
// A sequence gets the same tokens alone and among 16 others.
Part CheckBatching;
// What a model and its key-value cache take, at most and afterwards.
Part CheckMemory;
// Two models on one device at the same time give what each gives alone.
Part CheckTwoModels;
// A device without memory: a clear error, and the version that serves goes on.
Part CheckExhaustion;
// Forward passes of an encoder, beside the plain module run by libtorch.
Part MeasureEncoder;
// Generation, beside a loop over the plain module run by libtorch.
Part MeasureGeneration;

// The precisions that are checked: float32 first, then those of half the width that the device has.
std::vector<inference::Precision> PrecisionsOf(const Check& check);

}  // namespace clientele::gpu

#endif  // CLIENTELE_TESTS_GPU_CHECK_H_
