#include "tests/gpu/report.h"

#include <cstdio>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace clientele::gpu {
namespace {

// A cell of a table.
std::string Cell(absl::string_view text) { return absl::StrReplaceAll(text, {{"|", "\\|"}}); }

std::string Comparison(const Finding& finding) {
  if (finding.ratio == 0) return Cell(finding.vs);
  return Cell(absl::StrFormat("%s; %.2f times", finding.vs, finding.ratio));
}

}  // namespace

void Report::Add(Finding finding) {
  nlohmann::ordered_json line = {{"bench", absl::StrCat("gpu_", finding.name)},
                                 {"value", finding.value},
                                 {"unit", finding.unit},
                                 {"vs", finding.vs}};
  if (!finding.target.empty()) {
    line["target"] = finding.target;
    line["held"] = finding.held;
  }
  line["ratio"] = finding.ratio;
  std::printf("%s\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  std::fflush(stdout);
  held_ = held_ && finding.held;
  findings_.push_back(std::move(finding));
}

void Report::Expect(absl::string_view name, bool held, absl::string_view what) {
  Add({.name = std::string(name),
       .value = held ? 1.0 : 0.0,
       .unit = "true",
       .vs = std::string(what),
       .target = "1",
       .held = held});
}

void Report::Fail(absl::string_view name, const absl::Status& status) {
  Expect(name, false, status.ToString());
}

void Report::PrintTable(absl::string_view device) const {
  std::printf("\n| on %s | | must be | beside |\n|---|---|---|---|\n", std::string(device).c_str());
  for (const Finding& finding : findings_) {
    std::printf("| %s | %.4g %s | %s%s | %s |\n", Cell(finding.name).c_str(), finding.value,
                Cell(finding.unit).c_str(), Cell(finding.target).c_str(),
                finding.held ? "" : " **(it is not)**", Comparison(finding).c_str());
  }
  std::fflush(stdout);
}

}  // namespace clientele::gpu
