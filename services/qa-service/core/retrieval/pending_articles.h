#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_PENDING_ARTICLES_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_PENDING_ARTICLES_H_

// The articles that one index still lacks, by what is to be done with them next:
// look for stored vectors, call the model, or wait after a failure.
//
//   pending.Add("returns", 7);
//   for (const auto& [revision, id] : pending.Unchecked(512)) Look(revision);
//   pending.NeedsModel(7);
//   for (const auto& [revision, id] : pending.ForModel(PendingArticles::End::kNewest, 16)) ...
//   pending.SetAside(7, now);      // indexed by its words; tried again later
//
// Not thread-safe. Each call costs the logarithm of what waits.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"

namespace clientele::qa {

struct BackoffOptions {
  // After the first failure; doubled by each further one up to the longest.
  absl::Duration first = absl::Seconds(5);
  absl::Duration longest = absl::Minutes(10);
};

class PendingArticles {
 public:
  using Entry = std::pair<std::int64_t, std::string>;  // revision, id
  enum class End { kNewest, kOldest };

  explicit PendingArticles(BackoffOptions backoff) : backoff_(backoff) {}

  // The article waits at this revision. Returns the other revision at which it waited before.
  std::optional<std::int64_t> Add(const std::string& id, std::int64_t revision);
  // It waits no longer. Returns the revision at which it waited.
  std::optional<std::int64_t> Erase(const std::string& id);

  // It is in the index as of this revision: unless it is set aside, it waits no longer.
  void Finish(const std::string& id, std::int64_t revision);

  // The oldest at most `count` whose stored vectors nobody looked for yet, ascending.
  std::vector<Entry> Unchecked(std::size_t count) const;
  // There are none stored.
  void NeedsModel(std::int64_t revision);
  // At most `count` from that end of those that need the model.
  std::vector<Entry> ForModel(End end, std::size_t count) const;

  // The model failed on it. Returns for how long it is left alone.
  absl::Duration SetAside(std::int64_t revision, absl::Time now);
  // It is indexed without vectors, because the model that made the others is away.
  void WaitForModel(std::int64_t revision);
  // Those whose time has come need the model again. `model_is_back` includes those of
  // WaitForModel().
  void Wake(absl::Time now, bool model_is_back);
  // How often the model failed on it.
  int Failures(std::int64_t revision) const;

  // Whether every article is in the index, with vectors or set aside without.
  bool empty() const { return unchecked_.empty() && for_model_.empty(); }
  bool has_unchecked() const { return !unchecked_.empty(); }
  bool has_for_model() const { return !for_model_.empty(); }
  // Articles that are not in the index yet.
  std::size_t missing() const { return unchecked_.size() + for_model_.size(); }
  // Articles of which the model failed, or was not there: in the index by words alone.
  std::size_t aside() const { return aside_.size(); }
  std::vector<Entry> All() const;

 private:
  struct Retry {
    std::string id;
    absl::Time time;  // InfiniteFuture: when the model is back
  };

  BackoffOptions backoff_;
  absl::flat_hash_map<std::string, std::int64_t> revisions_;
  std::map<std::int64_t, std::string> unchecked_;
  std::map<std::int64_t, std::string> for_model_;
  std::map<std::int64_t, Retry> aside_;
  std::map<std::int64_t, int> failures_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_PENDING_ARTICLES_H_
