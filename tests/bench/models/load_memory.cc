#include <cstdio>
#include <exception>
#include <fstream>
#include <string>

#include <ATen/ATen.h>
#include <sys/wait.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/inference/torchscript/kernels/packed_linear.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/status/status_macros.h"
#include "tests/bench/models/machine.h"
#include "tests/bench/models/measure.h"
#include "tests/bench/models/topics.h"

namespace clientele::bench {
namespace {

using inference::Precision;
using inference::TorchScriptRunner;

// A field of /proc/self/status in bytes, -1 where there is none.
std::int64_t StatusField(const std::string& field) {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);) {
    if (absl::StartsWith(line, field + ":")) return std::stoll(line.substr(field.size() + 1)) << 10;
  }
  return -1;
}

bool LoadAs(const std::string& how, const std::string& dir) {
  if (how == "plain") {
    torch::jit::load(dir + "/model.pt").eval();
    return true;
  }
  const auto bundle = inference::ModelBundle::OpenUnsigned(dir);
  if (!bundle.ok()) return false;
  const Precision precision = how == "int8"   ? Precision::kInt8
                              : how == "bf16" ? Precision::kBfloat16
                                              : Precision::kFloat32;
  const auto runner = TorchScriptRunner::Load(*bundle, {.precision = precision});
  if (!runner.ok())
    std::fprintf(stderr, "%s: %s\n", how.c_str(), runner.status().ToString().c_str());
  return runner.ok();
}

// Runs this program again, and reads the number that it prints.
absl::StatusOr<double> PeakOf(const std::string& how, const std::string& dir) {
  int ends[2];
  if (::pipe(ends) != 0) return absl::InternalError("no pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[0]);
    ::execl("/proc/self/exe", "models", "--print_load_peak", how.c_str(), dir.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  std::string text;
  char buffer[256];
  for (ssize_t got; (got = ::read(ends[0], buffer, sizeof(buffer))) > 0;) text.append(buffer, got);
  ::close(ends[0]);
  int status = 0;
  double bytes = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || status != 0 ||
      !absl::SimpleAtod(text, &bytes)) {
    return absl::InternalError(absl::StrCat("the process that loads (", how, ") failed"));
  }
  return bytes;
}

}  // namespace

int LoadAndPrintPeak(const std::string& how, const std::string& bundle) {
  try {
    UseThreads(1);
    // What a process has anyway: the libraries' own start.
    at::matmul(at::ones({64, 64}), at::ones({64, 64}));
    const std::int64_t before = StatusField("VmRSS");
    std::ofstream("/proc/self/clear_refs") << "5";  // the peak begins anew
    if (!LoadAs(how, bundle)) return 1;
    std::printf("%lld", static_cast<long long>(StatusField("VmHWM") - before));
    return 0;
  } catch (const std::exception&) {
    return 1;
  }
}

absl::Status MeasureLoading(BenchModels& models) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto encoder, models.Encoder());
  CLIENTELE_ASSIGN_OR_RETURN(const auto generator, models.Generator());
  for (const auto& [name, dir] : {std::pair("encoder", encoder), {"generator", generator}}) {
    CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t weights, WeightBytes(dir));
    for (const char* how : {"plain", "fp32", "int8", "bf16"}) {
      if (std::string(how) == "bf16" && !inference::PackedLinear::Supports(Precision::kBfloat16)) {
        continue;
      }
      CLIENTELE_ASSIGN_OR_RETURN(const double peak, PeakOf(how, dir.string()));
      Print({absl::StrCat("load_peak_", name, "_", how), peak / 1e6, "MB",
             absl::StrFormat("weights %.1f MB", weights / 1e6), peak / static_cast<double>(weights),
             std::string(how) == "plain" ? "" : "<= 1.3"});
    }
  }
  return absl::OkStatus();
}

}  // namespace clientele::bench
