#include "common/modeling/checkpoint/config.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"

namespace clientele::modeling {

using Json = nlohmann::json;

Config::Config(const Json& json, absl::string_view file)
    : json_(std::make_unique<Json>(json)), file_(file) {
  if (!json_->is_object()) status_ = InvalidField(file_, "must be a JSON object");
}
Config::~Config() = default;
Config::Config(Config&&) noexcept = default;

const Json* Config::Find(absl::string_view field) const {
  if (!json_->is_object()) return nullptr;
  const auto found = json_->find(std::string(field));
  return found == json_->end() || found->is_null() ? nullptr : &*found;
}

bool Config::Has(absl::string_view field) const { return Find(field) != nullptr; }

bool Config::IsNull(absl::string_view field) const {
  return json_->is_object() && json_->contains(std::string(field)) && !Has(field);
}

bool Config::IsEmpty() const { return json_->is_object() && json_->empty(); }

void Config::Rename(absl::string_view alias, absl::string_view field) {
  if (Has(alias)) (*json_)[std::string(field)] = Json(*Find(alias));
}

void Config::Reject(absl::string_view field, absl::string_view what) {
  Keep(InvalidField(absl::StrCat(file_, ": ", field), what));
}

void Config::Keep(const absl::Status& status) {
  if (status_.ok()) status_ = status;
}

std::int64_t Config::Int(absl::string_view field, std::int64_t fallback, std::int64_t min,
                         std::int64_t max) {
  const Json* value = Find(field);
  if (value == nullptr) return fallback;
  const bool whole = value->is_number_integer() &&
                     (!value->is_number_unsigned() ||
                      value->get<std::uint64_t>() <= static_cast<std::uint64_t>(INT64_MAX));
  if (!whole || value->get<std::int64_t>() < min || value->get<std::int64_t>() > max) {
    Reject(field, absl::StrCat("must be a whole number in [", min, ", ", max, "]"));
    return fallback;
  }
  return value->get<std::int64_t>();
}

double Config::Float(absl::string_view field, double fallback, double min) {
  const Json* value = Find(field);
  if (value == nullptr) return fallback;
  if (!value->is_number() || !std::isfinite(value->get<double>()) || value->get<double>() < min) {
    Reject(field, min == kSmallest ? "must be a positive number"
                  : min == 0       ? "must be a number, not below 0"
                                   : "must be a number");
    return fallback;
  }
  return value->get<double>();
}

bool Config::Bool(absl::string_view field, bool fallback) {
  const Json* value = Find(field);
  if (value == nullptr) return fallback;
  if (!value->is_boolean()) {
    Reject(field, "must be true or false");
    return fallback;
  }
  return value->get<bool>();
}

std::string Config::String(absl::string_view field, absl::string_view fallback) {
  const Json* value = Find(field);
  if (value == nullptr) return std::string(fallback);
  if (!value->is_string()) {
    Reject(field, "must be a string");
    return std::string(fallback);
  }
  return value->get<std::string>();
}

std::vector<std::int64_t> Config::Ints(absl::string_view field, std::int64_t min,
                                       std::int64_t max) {
  const Json* value = Find(field);
  if (value == nullptr) return {};
  if (!value->is_array()) return {Int(field, min, min, max)};
  std::vector<std::int64_t> numbers;
  for (const Json& element : *value) {
    Config one(Json{{std::string(field), element}}, file_);
    numbers.push_back(one.Int(field, min, min, max));
    Keep(one.status());
    if (numbers.size() > static_cast<std::size_t>(kMaxLayers)) {
      Reject(field, "is too long");
      break;
    }
  }
  return numbers;
}

std::vector<double> Config::Floats(absl::string_view field, double min) {
  const Json* value = Find(field);
  if (value == nullptr) return {};
  if (!value->is_array()) Reject(field, "must be a list of numbers");
  std::vector<double> numbers;
  for (const Json& element : *value) {
    Config one(Json{{std::string(field), element}}, file_);
    // A null would be an absent field.
    if (!one.Has(field)) one.Reject(field, "must be a list of numbers");
    numbers.push_back(one.Float(field, 1, min));
    Keep(one.status());
    if (!status_.ok()) return {};
  }
  return numbers;
}

std::vector<std::string> Config::Strings(absl::string_view field) {
  const Json* value = Find(field);
  if (value == nullptr) return {};
  std::vector<std::string> strings;
  if (value->is_array()) {
    for (const Json& element : *value) {
      if (element.is_string()) strings.push_back(element.get<std::string>());
    }
    if (strings.size() == value->size()) return strings;
  }
  Reject(field, "must be a list of strings");
  return {};
}

std::vector<std::string> Config::Labels(absl::string_view field) {
  const Json* value = Find(field);
  if (value == nullptr) return {};
  std::vector<std::string> labels;
  if (value->is_object()) {
    while (labels.size() < value->size()) {
      const auto label = value->find(absl::StrCat(labels.size()));
      if (label == value->end() || !label->is_string()) break;
      labels.push_back(label->get<std::string>());
    }
    if (labels.size() == value->size()) return labels;
  }
  Reject(field, "must name every class, from \"0\" on");
  return {};
}

Config Config::Object(absl::string_view field) const {
  const Json* value = Find(field);
  return Config(value == nullptr ? Json::object() : *value, absl::StrCat(file_, ": ", field));
}

}  // namespace clientele::modeling
