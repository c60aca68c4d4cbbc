#include "services/recommend-service/core/audiences/audiences.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/paging/page_builder.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/core/explanations/reasons.h"
#include "services/recommend-service/core/ranking/resolved_history.h"

namespace clientele::recommend {
namespace {

absl::Status CheckAudienceQuery(const AudienceQuery& query) {
  FieldViolations violations;
  if (std::holds_alternative<std::monostate>(query.target)) {
    violations.Add("target", "must be an item, a category or a text");
  }
  if (const auto* category = std::get_if<CategoryTarget>(&query.target);
      category != nullptr && category->category.empty()) {
    violations.Add("category", "must not be empty");
  }
  if (const auto* text = std::get_if<TextTarget>(&query.target);
      text != nullptr && (text->text.empty() || text->text.size() > kMaxAudienceText)) {
    violations.Add("text", absl::StrCat("must have 1 to ", kMaxAudienceText, " bytes"));
  }
  if (query.page_size < 1 || query.page_size > kMaxAudiencePage) {
    violations.Add("page_size", absl::StrCat("must be 0 to ", kMaxAudiencePage));
  }
  if (query.language.size() > kMaxLanguageBytes) {
    violations.Add("language_code",
                   absl::StrCat("must have at most ", kMaxLanguageBytes, " bytes"));
  }
  return violations.ToStatus();
}

bool Excludes(const AudienceQuery& query) {
  return query.exclusion == AudienceExclusion::kBoughtOrDismissed ||
         (query.exclusion == AudienceExclusion::kDefault &&
          std::holds_alternative<ItemTarget>(query.target));
}

// FNV-1a over 64 bits: the same on every replica.
class Fingerprint {
 public:
  void Add(absl::string_view text) {
    Add(static_cast<std::uint64_t>(text.size()));
    for (const char c : text) AddByte(static_cast<unsigned char>(c));
  }
  void Add(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) AddByte((number >> shift) & 0xff);
  }
  std::uint64_t value() const { return value_; }

 private:
  void AddByte(std::uint64_t byte) { value_ = (value_ ^ byte) * 0x100000001b3; }
  std::uint64_t value_ = 0xcbf29ce484222325;
};

std::uint64_t FingerprintOf(const AudienceQuery& query, const AudienceTarget& target) {
  Fingerprint fingerprint;
  fingerprint.Add(target.view->model->model->id());
  fingerprint.Add(target.view->model->model->identity().training_id);
  fingerprint.Add(query.target.index());
  if (const auto* item = std::get_if<ItemTarget>(&query.target)) fingerprint.Add(item->item_id);
  if (const auto* category = std::get_if<CategoryTarget>(&query.target)) {
    fingerprint.Add(category->category);
  }
  if (const auto* text = std::get_if<TextTarget>(&query.target)) fingerprint.Add(text->text);
  fingerprint.Add(Excludes(query) ? 1 : 0);
  for (const float one : target.factors) fingerprint.Add(std::bit_cast<std::uint32_t>(one));
  fingerprint.Add(std::bit_cast<std::uint64_t>(target.bias));
  return fingerprint.value();
}

absl::Status AudienceChanged() {
  return WithReason(absl::FailedPreconditionError(
                        "the model or the target's items changed, or the request is not the one "
                        "that the page token comes from; begin again without a token"),
                    "AUDIENCE_CHANGED");
}

std::size_t MemberBytes(const AudienceMember& member) {
  std::size_t bytes = paging::kRowBytes + member.customer_id.size();
  for (const Reason& reason : member.reasons) {
    bytes += paging::kRowBytes + reason.code.size() + reason.text.size() + reason.item_id.size();
  }
  return bytes;
}

}  // namespace

bool Audiences::Window::Continues(const std::optional<AudiencePlace>& place) const {
  if (!place.has_value()) return !after.has_value();
  if (after.has_value() && IsBefore(*place, *after)) return false;
  return !is_full || IsBefore(*place, places.back());
}

absl::StatusOr<AudiencePage> Audiences::List(const RequestContext& context,
                                             const AudienceQuery& query) {
  CLIENTELE_RETURN_IF_ERROR(CheckAudienceQuery(query));
  std::optional<AudienceToken> token;
  if (!query.page_token.empty()) {
    token = AudienceToken::Decode(query.page_token);
    if (!token.has_value()) {
      return InvalidField("page_token", "must come from the response before");
    }
  }
  CLIENTELE_ASSIGN_OR_RETURN(const auto window, FindOrMake(context, query, token));
  AudiencePage page;
  page.models.push_back(window->target.view->model->model->id());
  page.consent_checked = consent_->is_known();
  CLIENTELE_RETURN_IF_ERROR(Fill(context, query, *window,
                                 token.has_value() ? std::optional(token->last) : std::nullopt,
                                 page));
  return page;
}

absl::StatusOr<std::shared_ptr<const Audiences::Window>> Audiences::FindOrMake(
    const RequestContext& context, const AudienceQuery& query,
    const std::optional<AudienceToken>& token) {
  const auto find = [&] {
    auto found = token.has_value() ? Find(token->key, token->last) : nullptr;
    // Not of another request.
    if (found != nullptr && found->key.fingerprint != FingerprintOf(query, found->target)) {
      found = nullptr;
    }
    return found;
  };
  if (auto found = find(); found != nullptr) return found;
  std::lock_guard lock(pass_mutex_);
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  // Made by whoever had the lock before.
  if (auto found = find(); found != nullptr) return found;
  CLIENTELE_ASSIGN_OR_RETURN(AudienceTarget target,
                             ResolveTarget(views_->Current(context), query.target, clock_->Now()));
  if (token.has_value() && token->key.fingerprint != FingerprintOf(query, target)) {
    return AudienceChanged();
  }
  return Make(context, query, std::move(target), token);
}

absl::StatusOr<std::shared_ptr<const Audiences::Window>> Audiences::Make(
    const RequestContext& context, const AudienceQuery& query, AudienceTarget target,
    const std::optional<AudienceToken>& token) {
  auto window = std::make_shared<Window>();
  if (token.has_value()) window->after = token->last;
  AudienceRanking ranking(options_.window_size, window->after);
  AudienceRead read{.model = target.view->model->model->identity()};
  if (Excludes(query)) {
    read.excluding_items = target.item_ids;
    if (options_.dismissals.lifetime != absl::ZeroDuration()) {
      read.dismissed_after = clock_->Now() - options_.dismissals.lifetime;
    }
  }
  if (token.has_value()) read.newest_revision = token->key.revision;
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::int64_t newest,
      store_->ReadCustomers(context, read, [&](std::vector<AudienceCandidate> candidates) {
        return Rank(context, target, std::move(candidates), ranking);
      }));
  window->key = token.has_value() ? token->key : AudienceKey{FingerprintOf(query, target), newest};
  window->target = std::move(target);
  window->places = ranking.Take();
  window->is_full = window->places.size() == options_.window_size;
  Keep(window);
  return window;
}

absl::Status Audiences::Rank(const RequestContext& context, const AudienceTarget& target,
                             std::vector<AudienceCandidate> candidates, AudienceRanking& ranking) {
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  const ModelView& model = *target.view->model;
  const std::size_t k = target.factors.size();
  std::vector<AudiencePlace> wanted;
  for (AudienceCandidate& candidate : candidates) {
    double score = 0;
    if (candidate.trained.has_value() && candidate.trained->factors.size() == k) {
      score = target.Score(*candidate.trained);
    } else {
      const ResolvedHistory history(&model, candidate.items, options_.dismissals, clock_->Now());
      CLIENTELE_ASSIGN_OR_RETURN(const FoldInSolution* const solution,
                                 history.FoldedIn(model.fold_in));
      if (solution == nullptr) continue;
      score = target.Score(solution->customer());
    }
    if (ranking.Wants(score, candidate.customer_id)) {
      wanted.push_back({score, std::move(candidate.customer_id)});
    }
  }
  std::vector<std::string> ids;
  ids.reserve(wanted.size());
  for (const AudiencePlace& place : wanted) ids.push_back(place.customer_id);
  // In their order, so that one look ahead finds each.
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> with_consent,
                             consent_->WithConsent(context, std::move(ids)));
  auto next = with_consent.begin();
  for (AudiencePlace& place : wanted) {
    if (next == with_consent.end()) break;
    if (place.customer_id != *next) continue;
    ++next;
    ranking.Offer(std::move(place));
  }
  return absl::OkStatus();
}

absl::Status Audiences::Fill(const RequestContext& context, const AudienceQuery& query,
                             const Window& window, const std::optional<AudiencePlace>& after,
                             AudiencePage& page) {
  const AudienceTarget& target = window.target;
  const ModelView& model = *target.view->model;
  const ReasonSubject subject = target.Subject();
  const auto& places = window.places;
  auto next = after.has_value()
                  ? std::upper_bound(places.begin(), places.end(), *after,
                                     [](const auto& a, const auto& b) { return IsBefore(a, b); })
                  : places.begin();
  paging::PageBudget budget(static_cast<std::size_t>(query.page_size));
  std::optional<AudiencePlace> last = after;
  bool is_cut = false;
  while (next != places.end() && !is_cut &&
         page.members.size() < static_cast<std::size_t>(query.page_size)) {
    CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
    const auto end = next + std::min<std::ptrdiff_t>(places.end() - next, query.page_size);
    std::vector<std::string> ids;
    ids.reserve(static_cast<std::size_t>(end - next));
    for (auto place = next; place != end; ++place) ids.push_back(place->customer_id);
    CLIENTELE_ASSIGN_OR_RETURN(ids, consent_->WithConsent(context, std::move(ids)));
    CLIENTELE_ASSIGN_OR_RETURN(const auto histories, store_->Histories(context, ids));
    std::size_t at = 0;
    for (; next != end; ++next) {
      if (at == ids.size() || ids[at] != next->customer_id) {
        last = *next;
        continue;
      }
      const std::vector<ItemHistory>& items = histories[at];
      if (items.empty()) {  // erased since
        ++at;
        last = *next;
        continue;
      }
      const ResolvedHistory history(&model, items, options_.dismissals, clock_->Now());
      CLIENTELE_ASSIGN_OR_RETURN(const FoldInSolution* const solution,
                                 history.FoldedIn(model.fold_in));
      const ReasonFinder finder(*target.view, history, solution, query.language);
      AudienceMember member{next->customer_id, next->score, finder.Find(subject)};
      if (!budget.Take(MemberBytes(member))) {
        is_cut = true;
        break;
      }
      page.members.push_back(std::move(member));
      ++at;
      last = *next;
    }
  }
  if (next != places.end() || window.is_full) {
    page.next_page_token = AudienceToken{window.key, *last}.Encode();
  }
  return absl::OkStatus();
}

std::shared_ptr<const Audiences::Window> Audiences::Find(
    const AudienceKey& key, const std::optional<AudiencePlace>& place) {
  std::lock_guard lock(mutex_);
  for (Kept& kept : kept_) {
    if (!(kept.window->key == key) || !kept.window->Continues(place)) continue;
    kept.last_use = clock_->Now();
    return kept.window;
  }
  return nullptr;
}

void Audiences::Keep(std::shared_ptr<const Window> window) {
  std::lock_guard lock(mutex_);
  if (kept_.size() >= options_.max_windows) {
    kept_.erase(std::min_element(kept_.begin(), kept_.end(), [](const Kept& a, const Kept& b) {
      return a.last_use < b.last_use;
    }));
  }
  kept_.push_back({std::move(window), clock_->Now()});
}

void Audiences::DropIdle() {
  const absl::Time now = clock_->Now();
  std::lock_guard lock(mutex_);
  std::erase_if(kept_, [&](const Kept& kept) { return now - kept.last_use >= options_.idle; });
}

std::size_t Audiences::windows() const {
  std::lock_guard lock(mutex_);
  return kept_.size();
}

}  // namespace clientele::recommend
