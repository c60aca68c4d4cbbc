#include "services/recommend-service/core/candidates/candidate_pool.h"

#include <algorithm>
#include <limits>

#include "absl/container/flat_hash_map.h"

namespace clientele::recommend {
namespace {

constexpr double kFusionOffset = 60;
constexpr double kPopularityWeight = 0.25;

}  // namespace

std::vector<Candidate> PoolCandidates(
    const ServingView& view, const std::vector<std::unique_ptr<CandidateGenerator>>& generators,
    int per_source, absl::Span<const std::string> also, const SourceObserver& observer) {
  std::vector<Candidate> pool;
  absl::flat_hash_map<absl::string_view, std::size_t> places;
  const auto place_of = [&](const CatalogEntry& entry, std::int32_t slot) {
    const auto [found, is_new] = places.try_emplace(entry.item->id, pool.size());
    if (is_new) {
      Candidate& candidate = pool.emplace_back();
      candidate.entry = &entry;
      candidate.slot = slot;
      candidate.scores.fill(std::numeric_limits<float>::quiet_NaN());
    }
    return found->second;
  };
  for (const auto& generator : generators) {
    const std::vector<SelectedItem> best = generator->Generate(per_source);
    for (std::size_t at = 0; at < best.size(); ++at) {
      const std::size_t place = place_of(*view.Entry(best[at].id, best[at].slot), best[at].slot);
      pool[place].ranks[generator->source()] = static_cast<int>(at) + 1;
    }
    if (observer) observer(generator->source(), best.size());
  }
  for (const std::string& id : also) {
    const CatalogEntry* const entry = view.catalog->Find(id);
    if (entry != nullptr) place_of(*entry, view.Slot(id));
  }
  for (const auto& generator : generators) {
    for (Candidate& candidate : pool) {
      candidate.scores[generator->source()] = generator->Score(*candidate.entry, candidate.slot);
    }
  }
  std::sort(pool.begin(), pool.end(), [](const Candidate& a, const Candidate& b) {
    return a.entry->item->id < b.entry->item->id;
  });
  return pool;
}

double FusedScore(const std::array<int, kCandidateSources.size()>& ranks) {
  double score = 0;
  for (std::size_t source = 0; source < ranks.size(); ++source) {
    if (ranks[source] == 0) continue;
    const double weight = kCandidateSources[source] == "popularity" ? kPopularityWeight : 1;
    score += weight / (kFusionOffset + ranks[source]);
  }
  return score;
}

}  // namespace clientele::recommend
