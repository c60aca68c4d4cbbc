#include "services/profile-service/core/identity/clustering.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace clientele::profile {
namespace {

// Members of a cluster that speak for it.
constexpr std::size_t kMaxSpeakers = 24;
// One pair that has nothing in common does not outweigh all others.
constexpr double kLeastLogOdds = -5;

class Clusters {
 public:
  explicit Clusters(std::size_t records) : cluster_(records), members_(records) {
    for (std::size_t i = 0; i < records; ++i) {
      cluster_[i] = static_cast<std::uint32_t>(i);
      members_[i] = {static_cast<std::uint32_t>(i)};
    }
  }

  std::uint32_t Of(std::uint32_t record) const { return cluster_[record]; }
  const std::vector<std::uint32_t>& Members(std::uint32_t cluster) const {
    return members_[cluster];
  }

  void Merge(std::uint32_t a, std::uint32_t b) {
    if (members_[a].size() < members_[b].size()) std::swap(a, b);
    for (const std::uint32_t record : members_[b]) cluster_[record] = a;
    members_[a].insert(members_[a].end(), members_[b].begin(), members_[b].end());
    members_[b].clear();
  }

  std::vector<std::uint32_t> Numbered() const {
    constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
    std::vector<std::uint32_t> number(cluster_.size(), kNone);
    std::vector<std::uint32_t> numbered;
    numbered.reserve(cluster_.size());
    std::uint32_t next = 0;
    for (const std::uint32_t cluster : cluster_) {
      if (number[cluster] == kNone) number[cluster] = next++;
      numbered.push_back(number[cluster]);
    }
    return numbered;
  }

 private:
  std::vector<std::uint32_t> cluster_;
  std::vector<std::vector<std::uint32_t>> members_;
};

std::uint64_t PairKey(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::uint64_t>(std::min(a, b)) << 32 | std::max(a, b);
}

}  // namespace

std::vector<std::uint32_t> ClusterRecords(
    std::size_t records, std::vector<RecordLink> links,
    absl::FunctionRef<double(std::uint32_t, std::uint32_t)> score) {
  std::sort(links.begin(), links.end(), [](const RecordLink& x, const RecordLink& y) {
    return std::tuple(-x.log_odds, x.a, x.b) < std::tuple(-y.log_odds, y.a, y.b);
  });
  absl::flat_hash_map<std::uint64_t, double> known;
  known.reserve(links.size());
  for (const RecordLink& link : links) known.emplace(PairKey(link.a, link.b), link.log_odds);
  const auto log_odds = [&](std::uint32_t a, std::uint32_t b) {
    const auto [at, added] = known.try_emplace(PairKey(a, b), 0);
    if (added) at->second = score(a, b);
    return std::max(kLeastLogOdds, at->second);
  };
  Clusters clusters(records);
  for (const RecordLink& link : links) {
    if (link.log_odds <= 0) break;
    const std::uint32_t a = clusters.Of(link.a);
    const std::uint32_t b = clusters.Of(link.b);
    if (a == b) continue;
    double sum = 0;
    const auto& of_a = clusters.Members(a);
    const auto& of_b = clusters.Members(b);
    const std::size_t step_a = (of_a.size() + kMaxSpeakers - 1) / kMaxSpeakers;
    const std::size_t step_b = (of_b.size() + kMaxSpeakers - 1) / kMaxSpeakers;
    for (std::size_t i = 0; i < of_a.size(); i += step_a) {
      for (std::size_t j = 0; j < of_b.size(); j += step_b) sum += log_odds(of_a[i], of_b[j]);
    }
    if (sum > 0) clusters.Merge(a, b);
  }
  return clusters.Numbered();
}

}  // namespace clientele::profile
