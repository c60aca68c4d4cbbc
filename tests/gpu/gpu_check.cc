// Whether models run on a GPU as they do on the CPU, and how fast. gpu_check.sh builds and runs it.
//
//   gpu_check [--device cuda:0] [--seconds 300] [--shared FOLDER] [--small] [--no-speed]
//             [--part NAME]
//
// Prints one JSON object a line, and a table for docs/measurements.md. Exit status: 0 when
// everything holds, 1 when something does not, 2 for other arguments, 77 where the device is not
// there.

#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <utility>

#include <ATen/ATen.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "common/inference/compute/compute_threads.h"
#include "common/inference/compute/program_setup.h"
#include "tests/gpu/check.h"
#include "tests/support/paths.h"

namespace clientele::gpu {
namespace {

namespace fs = std::filesystem;

constexpr int kUsage = 2;
constexpr int kNoDevice = 77;

struct Options {
  std::string device = "cuda:0";
  double seconds = 300;
  fs::path shared = fs::path(testing::SourceDir()) / "../shared";
  bool small = false;
  bool speed = true;
  std::string part = {};  // the only one to run
};

bool Parse(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    if (flag == "--small") {
      options.small = true;
    } else if (flag == "--no-speed") {
      options.speed = false;
    } else if (i + 1 < argc && flag == "--device") {
      options.device = argv[++i];
    } else if (i + 1 < argc && flag == "--part") {
      options.part = argv[++i];
    } else if (i + 1 < argc && flag == "--shared") {
      options.shared = argv[++i];
    } else if (i + 1 < argc && flag == "--seconds") {
      if (!absl::SimpleAtod(argv[++i], &options.seconds) || options.seconds <= 0) return false;
    } else {
      return false;
    }
  }
  return options.device == "cpu" || absl::StartsWith(options.device, "cuda");
}

// Why the device cannot be used; empty where it can.
std::string MissingDevice(const std::string& name) {
  try {
    const c10::Device device(name);
    if (device.is_cpu()) return "";
    if (!at::hasCUDA()) {
      return absl::StrCat("no GPU is at hand: this libtorch sees none (asked for ", name, ")");
    }
    const auto count = c10::impl::getDeviceGuardImpl(at::kCUDA)->deviceCount();
    if (device.index() < count) return "";
    return absl::StrCat("no such GPU is at hand: ", name, "; there are ", count);
  } catch (const std::exception&) {
    return absl::StrCat("no such GPU is at hand: ", name);
  }
}

struct Entry {
  const char* name;
  Part* run;
  // Of all the time, by when it should be over.
  double share;
  bool speed;
};

// What matters most first.
constexpr Entry kParts[] = {
    {"parity", CheckParity, 0.30, false},        {"swaps", CheckSwaps, 0.40, false},
    {"batching", CheckBatching, 0.45, false},    {"memory", CheckMemory, 0.50, false},
    {"two_models", CheckTwoModels, 0.55, false}, {"exhaustion", CheckExhaustion, 0.65, false},
    {"encoder", MeasureEncoder, 0.80, true},     {"generation", MeasureGeneration, 1.00, true},
};

int Run(const Options& options) {
  if (const std::string missing = MissingDevice(options.device); !missing.empty()) {
    std::fprintf(stderr, "gpu_check: %s\n", missing.c_str());
    return kNoDevice;
  }
  c10::Device device(options.device);
  if (device.is_cuda() && !device.has_index()) device = c10::Device(at::kCUDA, 0);
  MadeModels models(device.str(), options.small);
  Report report;
  Check check{.device = device,
              .small = options.small,
              .source = testing::SourceDir(),
              .shared = fs::exists(options.shared) ? options.shared : fs::path(),
              .models = &models,
              .report = &report};
  const absl::Time start = absl::Now();
  bool found = false;
  for (const Entry& part : kParts) {
    if (part.speed && !options.speed) continue;
    if (!options.part.empty() && options.part != part.name) continue;
    found = true;
    const absl::Time begin = absl::Now();
    if (begin >= start + absl::Seconds(options.seconds)) {
      // A figure may be missing; what was not checked does not hold.
      report.Add({.name = absl::StrCat(part.name, "_left_out"),
                  .unit = "there was no time left",
                  .target = part.speed ? "" : "checked",
                  .held = part.speed});
      continue;
    }
    check.until = start + absl::Seconds(options.seconds * part.share);
    absl::Status status;
    try {
      status = part.run(check);
    } catch (const std::exception& error) {
      status = absl::InternalError(error.what());
    }
    if (!status.ok()) report.Fail(part.name, status);
    report.Add({.name = absl::StrCat(part.name, "_seconds"),
                .value = absl::ToDoubleSeconds(absl::Now() - begin),
                .unit = "s"});
  }
  if (!found) {
    std::fprintf(stderr, "gpu_check: there is no part %s\n", options.part.c_str());
    return kUsage;
  }
  report.PrintTable(device.str());
  return report.held() ? 0 : 1;
}

}  // namespace
}  // namespace clientele::gpu

int main(int argc, char** argv) {
  clientele::gpu::Options options;
  if (!clientele::gpu::Parse(argc, argv, options)) {
    std::fprintf(stderr,
                 "usage: gpu_check [--device cpu|cuda:N] [--seconds N] [--shared FOLDER] [--small] "
                 "[--no-speed] [--part NAME]\n");
    return clientele::gpu::kUsage;
  }
  clientele::inference::SetUpProgram();
  if (!clientele::inference::ConfigureThreads({}).ok()) return 1;
  return clientele::gpu::Run(options);
}
