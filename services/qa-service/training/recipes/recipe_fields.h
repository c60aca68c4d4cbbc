#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RECIPES_RECIPE_FIELDS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RECIPES_RECIPE_FIELDS_H_

// Reads an object of a recipe field by field, and keeps the first mistake.
//
//   RecipeFields fields(json, "schedule");
//   fields.ReadWithin("epochs", epochs, 1, 1000);
//   CLIENTELE_RETURN_IF_ERROR(fields.Finish());   // "schedule.epoch is not known"
//
// What is not in the object stays as it is. Borrows the JSON. Not thread-safe.

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "common/status/error_details.h"

namespace clientele::qa {

class RecipeFields {
 public:
  RecipeFields(const nlohmann::json& json, std::string where)
      : json_(json), where_(std::move(where)) {
    if (!json_.is_object()) Fail("", "must be an object");
  }

  template <class T>
  void Read(const char* name, T& value) {
    const nlohmann::json* found = Find(name);
    if (found == nullptr) return;
    try {
      found->get_to(value);
    } catch (const nlohmann::json::exception&) {
      Fail(name, "is of the wrong kind");
    }
  }
  template <class T>
  void ReadWithin(const char* name, T& value, double least, double most) {
    const nlohmann::json* found = Find(name);
    if (found == nullptr) return;
    if (!found->is_number() || found->get<double>() < least || found->get<double>() > most) {
      return Fail(name, absl::StrCat("must be a number from ", least, " to ", most));
    }
    value = found->get<T>();
  }
  template <class T>
  void ReadChoice(const char* name, T& value, const std::map<std::string, T>& choices) {
    const nlohmann::json* found = Find(name);
    if (found == nullptr) return;
    const auto choice =
        found->is_string() ? choices.find(found->get<std::string>()) : choices.end();
    if (choice == choices.end()) {
      std::string names;
      for (const auto& each : choices)
        absl::StrAppend(&names, names.empty() ? "" : ", ", each.first);
      return Fail(name, absl::StrCat("must be one of ", names));
    }
    value = choice->second;
  }
  const nlohmann::json* Find(const char* name) {
    known_.insert(name);
    if (!json_.is_object()) return nullptr;
    const auto found = json_.find(name);
    return found == json_.end() ? nullptr : &*found;
  }
  void Fail(const std::string& name, absl::string_view what) {
    status_.Update(
        InvalidField(absl::StrCat(where_, where_.empty() || name.empty() ? "" : ".", name), what));
  }
  absl::Status Finish() {
    if (!json_.is_object()) return status_;
    for (const auto& [name, value] : json_.items()) {
      if (known_.count(name) == 0) Fail(name, "is not known");
    }
    return status_;
  }

 private:
  const nlohmann::json& json_;
  const std::string where_;
  std::set<std::string> known_;
  absl::Status status_;
};

// The entries of a list, each read by `parse(json, "name[2]")`, which gives a StatusOr<Entry>.
template <class Entry, class Parse>
absl::StatusOr<std::vector<Entry>> ParseEntries(const nlohmann::json& list, absl::string_view name,
                                                const Parse& parse) {
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < list.size(); ++i) {
    absl::StatusOr<Entry> entry = parse(list[i], absl::StrCat(name, "[", i, "]"));
    if (!entry.ok()) return entry.status();
    entries.push_back(*std::move(entry));
  }
  return entries;
}

// The entries of a recipe's list `sources`, each read by `parse(json, "sources[2]")`, which gives a
// StatusOr<Source>. `where` is what stands before, such as "stages[0]." or nothing.
// INVALID_ARGUMENT where it is no list, or an empty one.
template <class Source, class Parse>
absl::StatusOr<std::vector<Source>> ParseSources(RecipeFields& fields, absl::string_view where,
                                                 const Parse& parse) {
  const std::string name = absl::StrCat(where, "sources");
  const nlohmann::json* json = fields.Find("sources");
  if (json == nullptr || !json->is_array() || json->empty()) {
    return InvalidField(name, "must be a list of texts");
  }
  return ParseEntries<Source>(*json, name, parse);
}

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RECIPES_RECIPE_FIELDS_H_
