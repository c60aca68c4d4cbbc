#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_AUDIENCES_AUDIENCES_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_AUDIENCES_AUDIENCES_H_

// Who is most likely to respond to an item, a category or a text.
//
//   CLIENTELE_ASSIGN_OR_RETURN(AudiencePage page,
//                              audiences.List(context, {.target = ItemTarget{"tent-9"}}));
//   while (!page.next_page_token.empty()) ...
//
// A first page reads all customers once, as a stream, and keeps the best of them (a window of
// AudiencesOptions::window_size) in a bounded heap; the next pages come from that window, and
// behind its end another pass makes the next one. Customers whose history is newer than the model
// are folded in during the pass, as Recommend does.
//
// Every page tells of the customers at the moment of the first one: a window that is made later
// leaves out whose history changed since, so nobody comes twice. Nothing of an audience is stored:
// a window stays in memory for a minute after its last use, a token says where to go on, and a
// replica without the window makes it again. Whoever was erased or withdrew consent meanwhile is
// left out when the page is made.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/recommend-service/core/audiences/audience.h"
#include "services/recommend-service/core/audiences/audience_store.h"
#include "services/recommend-service/core/audiences/audience_target.h"
#include "services/recommend-service/core/audiences/audience_token.h"
#include "services/recommend-service/core/audiences/marketing_consent.h"
#include "services/recommend-service/core/interactions/preference.h"
#include "services/recommend-service/core/ranking/serving_view.h"

namespace clientele::recommend {

struct AudiencesOptions {
  std::size_t window_size = 200'000;  // customers; up to about 100 bytes each
  std::size_t max_windows = 4;        // kept at a time
  absl::Duration idle = absl::Minutes(1);
  Dismissals dismissals = {};
};

// Thread-safe; one pass runs at a time.
class Audiences {
 public:
  // Borrowed.
  Audiences(ServingViews* views, AudienceStore* store, MarketingConsent* consent,
            const Clock* clock, AudiencesOptions options = {})
      : views_(views), store_(store), consent_(consent), clock_(clock), options_(options) {}

  // INVALID_ARGUMENT for a query outside its limits and a token that is not of this query; errors
  // of ResolveTarget and the store; FAILED_PRECONDITION, reason AUDIENCE_CHANGED, where the window
  // of a token is gone and the model or the target's items changed: scores of another model would
  // put customers elsewhere; CANCELLED and DEADLINE_EXCEEDED when nobody waits.
  absl::StatusOr<AudiencePage> List(const RequestContext& context, const AudienceQuery& query);
  // Forgets windows that were not used for a minute; called from time to time.
  void DropIdle();
  std::size_t windows() const;

 private:
  // The best customers behind a place. Immutable but for last_use.
  struct Window {
    AudienceKey key;
    AudienceTarget target;
    std::optional<AudiencePlace> after;  // nullopt: from the first one on
    std::vector<AudiencePlace> places;   // best first
    bool is_full = false;                // there may be more behind the last one

    // Whether what comes after a place is known, that there is nothing too.
    bool Continues(const std::optional<AudiencePlace>& place) const;
  };
  struct Kept {
    std::shared_ptr<const Window> window;
    absl::Time last_use;
  };

  absl::StatusOr<std::shared_ptr<const Window>> FindOrMake(
      const RequestContext& context, const AudienceQuery& query,
      const std::optional<AudienceToken>& token);
  absl::StatusOr<std::shared_ptr<const Window>> Make(const RequestContext& context,
                                                     const AudienceQuery& query,
                                                     AudienceTarget target,
                                                     const std::optional<AudienceToken>& token);
  // Adds the customers of one piece of a pass.
  absl::Status Rank(const RequestContext& context, const AudienceTarget& target,
                    std::vector<AudienceCandidate> candidates, AudienceRanking& ranking);
  absl::Status Fill(const RequestContext& context, const AudienceQuery& query, const Window& window,
                    const std::optional<AudiencePlace>& after, AudiencePage& page);
  std::shared_ptr<const Window> Find(const AudienceKey& key,
                                     const std::optional<AudiencePlace>& place);
  void Keep(std::shared_ptr<const Window> window);

  ServingViews* const views_;
  AudienceStore* const store_;
  MarketingConsent* const consent_;
  const Clock* const clock_;
  const AudiencesOptions options_;

  std::mutex pass_mutex_;
  mutable std::mutex mutex_;  // guards the rest
  std::vector<Kept> kept_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_AUDIENCES_AUDIENCES_H_
