#include "common/inference/compute/usable_cores.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <sched.h>

#include "absl/algorithm/container.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace clientele::inference {
namespace fs = std::filesystem;
namespace {

int AffineCores() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  // It fails on machines with more cores than the set holds.
  if (::sched_getaffinity(0, sizeof(allowed), &allowed) == 0) return CPU_COUNT(&allowed);
  return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

// The words of a small file; none when it cannot be read.
std::vector<std::string> ReadWords(const fs::path& path) {
  std::ifstream in(path);
  std::vector<std::string> words;
  for (std::string word; words.size() < 8 && in >> word;) words.push_back(word);
  return words;
}

// quota / period; nullopt for "max", -1 and what is no number.
std::optional<double> Share(const std::vector<std::string>& words) {
  double quota = 0;
  double period = 0;
  if (words.size() < 2 || !absl::SimpleAtod(words[0], &quota) ||
      !absl::SimpleAtod(words[1], &period) || quota <= 0 || period <= 0) {
    return std::nullopt;
  }
  return quota / period;
}

std::optional<double> QuotaOf(const fs::path& group, bool unified) {
  if (unified) return Share(ReadWords(group / "cpu.max"));
  std::vector<std::string> words = ReadWords(group / "cpu.cfs_quota_us");
  for (std::string& word : ReadWords(group / "cpu.cfs_period_us")) words.push_back(word);
  return Share(words);
}

}  // namespace

std::optional<double> CpuQuota(const fs::path& root) {
  std::optional<double> least;
  std::ifstream groups(root / "proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    // ID:CONTROLLERS:PATH; version 2 has no controllers there.
    const std::vector<std::string> parts = absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (parts.size() != 3) continue;
    const bool unified = parts[1].empty();
    const std::vector<std::string> controllers = absl::StrSplit(parts[1], ',');
    if (!unified && !absl::c_linear_search(controllers, "cpu")) continue;
    const fs::path mount = root / (unified ? "sys/fs/cgroup" : "sys/fs/cgroup/cpu");
    // The path is the host's where the process sees its own group as the mount's root.
    for (fs::path path = fs::path(parts[2]).relative_path();; path = path.parent_path()) {
      const std::optional<double> quota = QuotaOf(mount / path, unified);
      if (quota && (!least || *quota < *least)) least = quota;
      if (path.empty()) break;
    }
  }
  return least;
}

int UsableCores() {
  int cores = AffineCores();
  if (const std::optional<double> quota = CpuQuota()) {
    cores = static_cast<int>(std::min<double>(cores, *quota));
  }
  return std::max(1, cores);
}

}  // namespace clientele::inference
