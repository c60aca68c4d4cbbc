#ifndef CLIENTELE_TESTS_GPU_REPORT_H_
#define CLIENTELE_TESTS_GPU_REPORT_H_

// What the check found: each finding is printed at once as one JSON object on a line of its own,
// and all of them at the end as a Markdown table.
//
//   Report report;
//   report.Add({.name = "parity_bert_fp16", .value = 4e-4, .unit = "of 1 + |golden|",
//               .target = "<= 0.01", .held = true});
//   report.Expect("exhaustion_old_version_serves", handle->Current() != nullptr);
//   report.PrintTable("cuda:0");
//
// Not thread-safe.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace clientele::gpu {

struct Finding {
  std::string name;
  double value = 0;
  std::string unit = {};
  // What it is compared with, and how many times better than that it is; 0: no comparison.
  std::string vs = {};
  double ratio = 0;
  // What must be so; empty: the figure is for information.
  std::string target = {};
  bool held = true;
};

class Report {
 public:
  void Add(Finding finding);
  // A statement that must hold.
  void Expect(absl::string_view name, bool held, absl::string_view what = "");
  // The part `name` ended before its end.
  void Fail(absl::string_view name, const absl::Status& status);

  // Whether everything that must be so is so.
  bool held() const { return held_; }
  void PrintTable(absl::string_view device) const;

 private:
  std::vector<Finding> findings_;
  bool held_ = true;
};

}  // namespace clientele::gpu

#endif  // CLIENTELE_TESTS_GPU_REPORT_H_
