#include "services/profile-service/core/merges/match_finder.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <map>
#include <numeric>
#include <optional>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/profile-service/core/features/precision.h"
#include "services/profile-service/core/identity/deduplication.h"
#include "services/profile-service/core/identity/pair_comparer.h"

namespace clientele::profile {
namespace {

constexpr int kCustomersOfPage = 1000;
constexpr std::size_t kProposedAtOnce = 500;
constexpr std::size_t kOwnFields = 4;
constexpr std::size_t kMaxReasons = 8;

struct AttributeField {
  std::string key;
  FieldType type;
};

// Attributes that say something of a person, the most frequent first, as many as there is room for.
std::vector<AttributeField> FindAttributes(const std::vector<Customer>& customers) {
  std::map<std::string, std::int64_t> counts;
  for (const Customer& customer : customers) {
    for (const auto& [key, value] : customer.attributes) ++counts[key];
  }
  std::vector<std::pair<std::int64_t, AttributeField>> found;
  for (const auto& [key, count] : counts) {
    const absl::StatusOr<FieldType> type = ParseFieldType(key);
    if (!type.ok() || *type == FieldType::kText || *type == FieldType::kCategory) continue;
    found.push_back({count, {key, *type}});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<AttributeField> fields;
  for (auto& [count, field] : found) {
    if (fields.size() < PersonTable::kMaxFields - kOwnFields) fields.push_back(std::move(field));
  }
  return fields;
}

PersonTable TableOf(const std::vector<Customer>& customers) {
  const std::vector<AttributeField> attributes = FindAttributes(customers);
  std::vector<PersonField> fields = {{"name", FieldType::kFullName},
                                     {"email", FieldType::kEmail},
                                     {"phone", FieldType::kPhone},
                                     {"region", FieldType::kState}};
  for (const AttributeField& attribute : attributes) {
    fields.push_back({attribute.key, attribute.type});
  }
  // Neither fails: the fields fit, and each row has as many values.
  PersonTable table = *PersonTable::Create(std::move(fields));
  std::vector<std::string> values;
  for (const Customer& customer : customers) {
    values = {customer.display_name, customer.email, customer.phone, customer.region};
    for (const AttributeField& attribute : attributes) {
      const auto value = customer.attributes.find(attribute.key);
      values.push_back(value == customer.attributes.end() ? std::string() : value->second);
    }
    table.Add(values, 0).IgnoreError();
  }
  return table;
}

// Which customers are one person so far: those merged, then those of matches that were taken.
class Persons {
 public:
  explicit Persons(const std::vector<Customer>& customers) : parents_(customers.size()) {
    std::iota(parents_.begin(), parents_.end(), std::size_t{0});
    for (std::size_t i = 0; i < customers.size(); ++i) {
      const std::string& survivor = customers[i].survivor_id;
      if (survivor.empty()) continue;
      const auto found = std::lower_bound(
          customers.begin(), customers.end(), survivor,
          [](const Customer& customer, const std::string& id) { return customer.id < id; });
      if (found == customers.end() || found->id != survivor) continue;
      parents_[i] = static_cast<std::size_t>(found - customers.begin());
    }
  }

  std::size_t Find(std::size_t row) {
    while (parents_[row] != row) row = parents_[row] = parents_[parents_[row]];
    return row;
  }
  // False where they are one already.
  bool Connect(std::size_t a, std::size_t b) {
    a = Find(a);
    b = Find(b);
    parents_[b] = a;
    return a != b;
  }

 private:
  std::vector<std::size_t> parents_;
};

const std::string& SurvivorOf(const Customer& customer) {
  return customer.survivor_id.empty() ? customer.id : customer.survivor_id;
}

double ProbabilityOf(double log_odds) { return 1 / (1 + std::exp(-log_odds)); }

std::vector<MatchReason> ReasonsOf(const PersonTable& table, const MatchModel& model,
                                   AgreementPattern pattern) {
  std::vector<MatchReason> reasons;
  for (std::size_t field = 0; field < table.fields().size(); ++field) {
    const Agreement agreement = AgreementOf(pattern, field);
    if (agreement == Agreement::kMissing) continue;
    reasons.push_back({.field = table.fields()[field].name,
                       .agreement = std::string(NameOf(agreement)),
                       .weight = model.weight(field, agreement)});
  }
  std::stable_sort(reasons.begin(), reasons.end(),
                   [](const MatchReason& a, const MatchReason& b) { return a.weight > b.weight; });
  if (reasons.size() > kMaxReasons) reasons.resize(kMaxReasons);
  return reasons;
}

}  // namespace

std::vector<Match> FindMatches(const std::vector<Customer>& customers,
                               const std::vector<std::pair<std::string, std::string>>& dismissed) {
  const PersonTable table = TableOf(customers);
  Deduplication found = Deduplicate(table, {});
  std::stable_sort(
      found.links.begin(), found.links.end(),
      [](const RecordLink& a, const RecordLink& b) { return a.log_odds > b.log_odds; });
  Persons persons(customers);
  PairComparer comparer(table);
  std::vector<Match> matches;
  for (const RecordLink& link : found.links) {
    if (link.log_odds < 0 || found.persons[link.a] != found.persons[link.b]) continue;
    const auto [low, high] = std::minmax(link.a, link.b);
    const std::string& one = SurvivorOf(customers[low]);
    const std::string& other = SurvivorOf(customers[high]);
    if (std::binary_search(dismissed.begin(), dismissed.end(),
                           std::pair(std::min(one, other), std::max(one, other)))) {
      continue;
    }
    if (!persons.Connect(low, high)) continue;
    matches.push_back({.customer_id = customers[low].id,
                       .other_id = customers[high].id,
                       .probability = ProbabilityOf(link.log_odds),
                       .reasons = ReasonsOf(table, found.model, comparer.Compare(low, high))});
  }
  return matches;
}

absl::StatusOr<std::vector<Customer>> MatchFinder::ReadAll(const RequestContext& context) const {
  std::vector<Customer> customers;
  std::string after;
  while (true) {
    CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
    CLIENTELE_ASSIGN_OR_RETURN(std::vector<Customer> page,
                               customers_->List(context, after, kCustomersOfPage));
    if (page.empty()) return customers;
    after = page.back().id;
    customers.insert(customers.end(), std::make_move_iterator(page.begin()),
                     std::make_move_iterator(page.end()));
    if (static_cast<std::int64_t>(customers.size()) > options_.max_customers) {
      return absl::ResourceExhaustedError(
          absl::StrCat("there are more than ", options_.max_customers,
                       " customers: nobody looks for matches among them"));
    }
  }
}

absl::Status MatchFinder::MergeCertain(const RequestContext& context,
                                       const std::vector<Match>& matches,
                                       const std::vector<std::int64_t>& ids) {
  if (options_.auto_merge_probability <= 0) return absl::OkStatus();
  for (std::size_t i = 0; i < matches.size(); ++i) {
    if (ids[i] == 0 || matches[i].probability < options_.auto_merge_probability) continue;
    const absl::Status merged =
        merges_
            ->MergeCustomers(context, {}, {.match_id = ids[i], .origin = MergeOrigin::kAutomatic})
            .status();
    // Somebody decided meanwhile, deleted one of them, or there are too many.
    if (absl::IsFailedPrecondition(merged) || absl::IsNotFound(merged)) continue;
    CLIENTELE_RETURN_IF_ERROR(merged);
  }
  return absl::OkStatus();
}

absl::Status MatchFinder::Run(const RequestContext& context) {
  const absl::Time now = ToMicroseconds(clock_->Now());
  CLIENTELE_ASSIGN_OR_RETURN(const std::optional<std::int64_t> search,
                             store_->BeginSearch(context, now, options_.lease));
  if (!search) return absl::OkStatus();
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<Customer> customers, ReadAll(context));
  CLIENTELE_ASSIGN_OR_RETURN(const auto dismissed, store_->DismissedPersons(context));
  const std::vector<Match> all = FindMatches(customers, dismissed);
  for (std::size_t first = 0; first < all.size(); first += kProposedAtOnce) {
    CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
    const std::size_t end = std::min(all.size(), first + kProposedAtOnce);
    const std::vector<Match> some(all.begin() + static_cast<std::ptrdiff_t>(first),
                                  all.begin() + static_cast<std::ptrdiff_t>(end));
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::int64_t> ids,
                               store_->Propose(context, *search, some, now));
    CLIENTELE_RETURN_IF_ERROR(MergeCertain(context, some, ids));
  }
  return store_->EndSearch(context, *search);
}

}  // namespace clientele::profile
