#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/status/status_macros.h"
#include "common/text/chat/functions.h"
#include "common/text/chat/operations.h"
#include "common/text/chat/text_functions.h"
#include "common/text/chat/vocabulary.h"

namespace clientele::text::chat {
namespace {

constexpr std::int64_t kMaxIndent = 256;

using Filter = absl::StatusOr<Value> (*)(const Value&, const Arguments&, Budget&);

absl::Status WrongKind(absl::string_view filter, const Value& value) {
  return absl::InvalidArgumentError(
      absl::StrCat("the filter '", filter, "' does not fit ", value.KindName()));
}

bool Flag(const Value* argument) { return argument != nullptr && argument->Truth(); }

// What "a.b.0" names in a value, as the parameter `attribute` of many filters does.
absl::StatusOr<Value> Member(const Value& value, const Value& path) {
  if (path.IsWhole()) return Item(value, path);
  if (path.Text() == nullptr) return WrongKind("attribute", path);
  Value at = value;
  for (const absl::string_view name : absl::StrSplit(path.Text()->bytes(), '.')) {
    std::int64_t index = 0;
    const Value key =
        absl::SimpleAtoi(name, &index) ? Value::OfInteger(index) : Value::OfTemplateText(name);
    CLIENTELE_ASSIGN_OR_RETURN(at, Item(at, key));
  }
  return at;
}

// ---- Text

absl::StatusOr<Value> Trim(const Value& value, const Arguments& arguments, Budget& budget) {
  CLIENTELE_RETURN_IF_ERROR(arguments.Check("trim", 0, {"chars"}));
  const TracedText text = Printed(value);
  CLIENTELE_RETURN_IF_ERROR(budget.Bytes(text.size()));
  const Value* characters = arguments.Get(0, "chars");
  if (characters == nullptr || characters->IsNone()) {
    return Value::OfText(Strip(text, Side::kBoth, std::nullopt));
  }
  if (characters->Text() == nullptr) return WrongKind("trim", *characters);
  return Value::OfText(Strip(text, Side::kBoth, characters->Text()->bytes()));
}

template <TracedText (*kChange)(const TracedText&)>
absl::StatusOr<Value> Changed(const Value& value, const Arguments& arguments, Budget& budget) {
  CLIENTELE_RETURN_IF_ERROR(arguments.Check("a filter on text", 0, {}));
  const TracedText text = Printed(value);
  CLIENTELE_RETURN_IF_ERROR(budget.Bytes(text.size()));
  return Value::OfText(kChange(text));
}

TracedText Upper(const TracedText& text) { return WithCase(text, Case::kUpper); }
TracedText Lower(const TracedText& text) { return WithCase(text, Case::kLower); }
TracedText Capitalized(const TracedText& text) { return WithCase(text, Case::kCapitalized); }
TracedText Same(const TracedText& text) { return text; }

absl::StatusOr<Value> ReplaceFilter(const Value& value, const Arguments& arguments,
                                    Budget& budget) {
  CLIENTELE_RETURN_IF_ERROR(arguments.Check("replace", 2, {"old", "new", "count"}));
  const Value* count = arguments.Get(2, "count");
  const bool limited = count != nullptr && !count->IsNone();
  CLIENTELE_ASSIGN_OR_RETURN(
      TracedText replaced,
      Replaced(Printed(value), Printed(*arguments.Get(0, "old")), Printed(*arguments.Get(1, "new")),
               limited ? count->Whole() : -1, budget));
  return Value::OfText(std::move(replaced));
}

absl::StatusOr<Value> Indent(const Value& value, const Arguments& arguments, Budget& budget) {
  CLIENTELE_RETURN_IF_ERROR(arguments.Check("indent", 0, {"width", "first", "blank"}));
  const Value* width = arguments.Get(0, "width");
  TracedText margin = TracedText::OfTemplate("    ");
  if (width != nullptr && width->Text() != nullptr) {
    margin = *width->Text();
  } else if (width != nullptr) {
    if (!width->IsWhole() || width->Whole() < 0 || width->Whole() > kMaxIndent) {
      return absl::InvalidArgumentError("an indent is a number from 0 to 256");
    }
    margin = TracedText::OfTemplate(std::string(static_cast<std::size_t>(width->Whole()), ' '));
  }
  const bool blank = Flag(arguments.Get(2, "blank"));
  TracedText text = Printed(value);
  text.Append(
      TracedText::OfTemplate("\n"));  // as the reference does, so that a last line end stays
  const std::vector<TracedText> lines = Lines(text);
  TracedText result;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    CLIENTELE_RETURN_IF_ERROR(budget.Bytes(lines[i].size() + margin.size() + 1));
    if (i > 0) result.Append(TracedText::OfTemplate("\n"));
    const bool indented = i == 0 ? Flag(arguments.Get(1, "first")) : blank || !lines[i].empty();
    if (indented) result.Append(margin);
    result.Append(lines[i]);
  }
  return Value::OfText(std::move(result));
}

absl::StatusOr<Value> WordCount(const Value& value, const Arguments& arguments, Budget&) {
  CLIENTELE_RETURN_IF_ERROR(arguments.Check("wordcount", 0, {}));
  CLIENTELE_ASSIGN_OR_RETURN(const auto words, SplitText(Printed(value), std::nullopt, -1, false));
  return Value::OfInteger(static_cast<std::int64_t>(words.size()));
}

absl::StatusOr<Value> ToJson(const Value& value, const Arguments& arguments, Budget& budget) {
  CLIENTELE_RETURN_IF_ERROR(
      arguments.Check("tojson", 0, {"indent", "ensure_ascii", "separators", "sort_keys"}));
  // By position the reference has ensure_ascii first; templates give names.
  if (!arguments.values.empty() && !arguments.values.front().IsWhole()) {
    return WrongKind("tojson", arguments.values.front());
  }
  JsonStyle style;
  const Value* indent = arguments.Get(0, "indent");
  if (indent != nullptr && !indent->IsNone()) {
    if (!indent->IsWhole() || indent->Whole() < 0 || indent->Whole() > kMaxIndent) {
      return absl::InvalidArgumentError("an indent is a number from 0 to 256");
    }
    style.indent = static_cast<int>(indent->Whole());
  }
  style.ascii_only = Flag(arguments.Get(1, "ensure_ascii"));
  style.sort_keys = Flag(arguments.Get(3, "sort_keys"));
  const Value* separators = arguments.Get(2, "separators");
  if (separators != nullptr && !separators->IsNone()) {
    const List* pair = separators->AsList();
    if (pair == nullptr || pair->items.size() != 2 || pair->items[0].Text() == nullptr ||
        pair->items[1].Text() == nullptr) {
      return WrongKind("tojson", *separators);
    }
    style.item_separator = pair->items[0].Text()->bytes();
    style.key_separator = pair->items[1].Text()->bytes();
  }
  TracedText json;
  if (!AppendJson(value, style, 0, json)) return WrongKind("tojson", value);
  CLIENTELE_RETURN_IF_ERROR(budget.Bytes(json.size()));
  return Value::OfText(std::move(json));
}

// ---- Numbers

absl::StatusOr<Value> ToInteger(const Value& value, const Arguments& arguments, Budget&) {
  CLIENTELE_RETURN_IF_ERROR(arguments.Check("int", 0, {"default", "base"}));
  if (value.IsWhole()) return Value::OfInteger(value.Whole());
  if (value.IsFloat() && std::abs(value.Number()) < 9e18) {
    return Value::OfInteger(static_cast<std::int64_t>(value.Number()));
  }
  const Value* base = arguments.Get(1, "base");
  if (base != nullptr && !(base->IsWhole() && base->Whole() == 10)) {
    return absl::InvalidArgumentError("the filter 'int' knows base 10 alone");
  }
  if (const TracedText* text = value.Text()) {
    std::int64_t whole = 0;
    if (absl::SimpleAtoi(text->bytes(), &whole)) return Value::OfInteger(whole);
    double number = 0;
    if (absl::SimpleAtod(text->bytes(), &number) && std::abs(number) < 9e18) {
      return Value::OfInteger(static_cast<std::int64_t>(number));
    }
  }
  const Value* otherwise = arguments.Get(0, "default");
  return otherwise == nullptr ? Value::OfInteger(0) : *otherwise;
}

absl::StatusOr<Value> ToFloat(const Value& value, const Arguments& arguments, Budget&) {
  CLIENTELE_RETURN_IF_ERROR(arguments.Check("float", 0, {"default"}));
  if (value.IsNumber()) return Value::OfFloat(value.Number());
  double number = 0;
  if (value.Text() != nullptr && absl::SimpleAtod(value.Text()->bytes(), &number)) {
    return Value::OfFloat(number);
  }
  const Value* otherwise = arguments.Get(0, "default");
  return otherwise == nullptr ? Value::OfFloat(0) : *otherwise;
}

absl::StatusOr<Value> Absolute(const Value& value, const Arguments& arguments, Budget&) {
  CLIENTELE_RETURN_IF_ERROR(arguments.Check("abs", 0, {}));
  if (!value.IsNumber()) return WrongKind("abs", value);
  return value.Number() < 0 ? Negative(value) : value;
}

absl::StatusOr<Value> Round(const Value& value, const Arguments& arguments, Budget&) {
  CLIENTELE_RETURN_IF_ERROR(arguments.Check("round", 0, {"precision", "method"}));
  const Value* precision = arguments.Get(0, "precision");
  const Value* method = arguments.Get(1, "method");
  const std::int64_t digits = precision == nullptr ? 0 : precision->Whole();
  if (!value.IsNumber() || digits < -15 || digits > 15) return WrongKind("round", value);
  const std::string how =
      method == nullptr || method->Text() == nullptr ? "common" : method->Text()->bytes();
  if (how == "common" && value.IsWhole() && digits >= 0) return Value::OfInteger(value.Whole());
  const double scale = std::pow(10.0, static_cast<double>(digits));
  const double scaled = value.Number() * scale;
  // nearbyint rounds halves to even, as Python does.
  const double rounded = how == "ceil"    ? std::ceil(scaled)
                         : how == "floor" ? std::floor(scaled)
                                          : std::nearbyint(scaled);
  return Value::OfFloat(rounded / scale);
}

// ---- Sequences

absl::StatusOr<Value> LengthFilter(const Value& value, const Arguments& arguments, Budget&) {
  CLIENTELE_RETURN_IF_ERROR(arguments.Check("length", 0, {}));
  CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t length, Length(value));
  return Value::OfInteger(length);
}

template <bool kLast>
absl::StatusOr<Value> End(const Value& value, const Arguments& arguments, Budget& budget) {
  CLIENTELE_RETURN_IF_ERROR(arguments.Check(kLast ? "last" : "first", 0, {}));
  CLIENTELE_ASSIGN_OR_RETURN(const auto items, Items(value, budget));
  if (items.empty()) return Value::OfUndefined("item");
  return kLast ? items.back() : items.front();
}

absl::StatusOr<Value> ToList(const Value& value, const Arguments& arguments, Budget& budget) {
  CLIENTELE_RETURN_IF_ERROR(arguments.Check("list", 0, {}));
  CLIENTELE_ASSIGN_OR_RETURN(auto items, Items(value, budget));
  return Value::OfList(std::move(items));
}

absl::StatusOr<Value> ReverseFilter(const Value& value, const Arguments& arguments,
                                    Budget& budget) {
  CLIENTELE_RETURN_IF_ERROR(arguments.Check("reverse", 0, {}));
  if (value.Text() != nullptr) return Slice(value, std::nullopt, std::nullopt, -1, budget);
  CLIENTELE_ASSIGN_OR_RETURN(auto items, Items(value, budget));
  std::reverse(items.begin(), items.end());
  return Value::OfList(std::move(items));
}

absl::StatusOr<Value> JoinFilter(const Value& value, const Arguments& arguments, Budget& budget) {
  CLIENTELE_RETURN_IF_ERROR(arguments.Check("join", 0, {"d", "attribute"}));
  const Value* separator = arguments.Get(0, "d");
  const Value* attribute = arguments.Get(1, "attribute");
  CLIENTELE_ASSIGN_OR_RETURN(const auto items, Items(value, budget));
  std::vector<TracedText> parts;
  for (Value item : items) {
    if (attribute != nullptr && !attribute->IsNone()) {
      CLIENTELE_ASSIGN_OR_RETURN(item, Member(item, *attribute));
    }
    parts.push_back(Printed(item));
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      TracedText joined,
      Joined(parts, separator == nullptr ? TracedText() : Printed(*separator), budget));
  return Value::OfText(std::move(joined));
}

absl::StatusOr<Value> ItemsFilter(const Value& value, const Arguments& arguments, Budget& budget) {
  if (value.IsUndefined()) return Value::OfList({});
  if (value.AsDict() == nullptr) return WrongKind("items", value);
  return CallMethod("items", value, arguments, budget);
}

// What a filter compares: the item or its member, without case unless that is asked for.
absl::StatusOr<Value> SortKey(const Value& item, const Value* attribute, bool case_sensitive) {
  Value key = item;
  if (attribute != nullptr && !attribute->IsNone()) {
    CLIENTELE_ASSIGN_OR_RETURN(key, Member(item, *attribute));
  }
  if (!case_sensitive && key.Text() != nullptr) key = Value::OfText(Lower(*key.Text()));
  return key;
}

// The items in order of their keys, stable.
absl::StatusOr<std::vector<Value>> Sorted(std::vector<std::pair<Value, Value>> keyed,
                                          bool descending) {
  absl::Status failed;
  std::stable_sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
    const absl::StatusOr<bool> less =
        descending ? Compare("<", b.first, a.first) : Compare("<", a.first, b.first);
    if (!less.ok()) failed = less.status();
    return less.value_or(false);
  });
  CLIENTELE_RETURN_IF_ERROR(failed);
  std::vector<Value> items;
  items.reserve(keyed.size());
  for (auto& [key, item] : keyed) items.push_back(std::move(item));
  return items;
}

absl::StatusOr<Value> Sort(const Value& value, const Arguments& arguments, Budget& budget) {
  CLIENTELE_RETURN_IF_ERROR(arguments.Check("sort", 0, {"reverse", "case_sensitive", "attribute"}));
  CLIENTELE_ASSIGN_OR_RETURN(const auto items, Items(value, budget));
  std::vector<std::pair<Value, Value>> keyed;
  for (const Value& item : items) {
    CLIENTELE_ASSIGN_OR_RETURN(Value key, SortKey(item, arguments.Get(2, "attribute"),
                                                  Flag(arguments.Get(1, "case_sensitive"))));
    keyed.emplace_back(std::move(key), item);
  }
  CLIENTELE_ASSIGN_OR_RETURN(auto sorted,
                             Sorted(std::move(keyed), Flag(arguments.Get(0, "reverse"))));
  return Value::OfList(std::move(sorted));
}

absl::StatusOr<Value> DictSort(const Value& value, const Arguments& arguments, Budget& budget) {
  CLIENTELE_RETURN_IF_ERROR(arguments.Check("dictsort", 0, {"case_sensitive", "by", "reverse"}));
  if (value.AsDict() == nullptr) return WrongKind("dictsort", value);
  const Value* by = arguments.Get(1, "by");
  const bool by_value = by != nullptr && by->Text() != nullptr && by->Text()->bytes() == "value";
  CLIENTELE_ASSIGN_OR_RETURN(const Value pairs, CallMethod("items", value, {}, budget));
  std::vector<std::pair<Value, Value>> keyed;
  for (const Value& pair : pairs.AsList()->items) {
    CLIENTELE_ASSIGN_OR_RETURN(Value key, SortKey(pair.AsList()->items[by_value ? 1 : 0], nullptr,
                                                  Flag(arguments.Get(0, "case_sensitive"))));
    keyed.emplace_back(std::move(key), pair);
  }
  CLIENTELE_ASSIGN_OR_RETURN(auto sorted,
                             Sorted(std::move(keyed), Flag(arguments.Get(2, "reverse"))));
  return Value::OfList(std::move(sorted));
}

absl::StatusOr<Value> Unique(const Value& value, const Arguments& arguments, Budget& budget) {
  CLIENTELE_RETURN_IF_ERROR(arguments.Check("unique", 0, {"case_sensitive", "attribute"}));
  CLIENTELE_ASSIGN_OR_RETURN(const auto items, Items(value, budget));
  std::vector<Value> keys;
  std::vector<Value> kept;
  for (const Value& item : items) {
    CLIENTELE_ASSIGN_OR_RETURN(Value key, SortKey(item, arguments.Get(1, "attribute"),
                                                  Flag(arguments.Get(0, "case_sensitive"))));
    CLIENTELE_RETURN_IF_ERROR(budget.Steps(keys.size()));
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    keys.push_back(std::move(key));
    kept.push_back(item);
  }
  return Value::OfList(std::move(kept));
}

template <bool kMax>
absl::StatusOr<Value> Extreme(const Value& value, const Arguments& arguments, Budget& budget) {
  CLIENTELE_RETURN_IF_ERROR(
      arguments.Check(kMax ? "max" : "min", 0, {"case_sensitive", "attribute"}));
  CLIENTELE_ASSIGN_OR_RETURN(const auto items, Items(value, budget));
  if (items.empty()) return Value::OfUndefined("item");
  Value best_key;
  Value best;
  for (std::size_t i = 0; i < items.size(); ++i) {
    CLIENTELE_ASSIGN_OR_RETURN(Value key, SortKey(items[i], arguments.Get(1, "attribute"),
                                                  Flag(arguments.Get(0, "case_sensitive"))));
    bool better = i == 0;
    if (!better) {
      CLIENTELE_ASSIGN_OR_RETURN(better, Compare(kMax ? ">" : "<", key, best_key));
    }
    if (!better) continue;
    best_key = std::move(key);
    best = items[i];
  }
  return best;
}

absl::StatusOr<Value> Total(const Value& value, const Arguments& arguments, Budget& budget) {
  CLIENTELE_RETURN_IF_ERROR(arguments.Check("sum", 0, {"attribute", "start"}));
  const Value* attribute = arguments.Get(0, "attribute");
  const Value* start = arguments.Get(1, "start");
  CLIENTELE_ASSIGN_OR_RETURN(const auto items, Items(value, budget));
  Value total = start == nullptr ? Value::OfInteger(0) : *start;
  for (Value item : items) {
    if (attribute != nullptr && !attribute->IsNone()) {
      CLIENTELE_ASSIGN_OR_RETURN(item, Member(item, *attribute));
    }
    CLIENTELE_ASSIGN_OR_RETURN(total, Binary("+", total, item, budget));
  }
  return total;
}

absl::StatusOr<Value> Map(const Value& value, const Arguments& arguments, Budget& budget) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto items, Items(value, budget));
  std::vector<Value> mapped;
  if (arguments.values.empty()) {
    const Value* attribute = arguments.Get(0, "attribute");
    const Value* otherwise = arguments.Get(1, "default");
    if (attribute == nullptr) return absl::InvalidArgumentError("map needs a filter or attribute");
    for (const Value& item : items) {
      CLIENTELE_ASSIGN_OR_RETURN(Value member, Member(item, *attribute));
      if (member.IsUndefined() && otherwise != nullptr) member = *otherwise;
      mapped.push_back(std::move(member));
    }
    return Value::OfList(std::move(mapped));
  }
  Arguments rest{{arguments.values.begin() + 1, arguments.values.end()}, arguments.named};
  for (const Value& item : items) {
    CLIENTELE_ASSIGN_OR_RETURN(
        Value changed, ApplyFilter(Printed(arguments.values.front()).bytes(), item, rest, budget));
    mapped.push_back(std::move(changed));
  }
  return Value::OfList(std::move(mapped));
}

// select, reject, selectattr and rejectattr: items whose test, or whose truth, is `kWanted`.
template <bool kWanted, bool kByAttribute>
absl::StatusOr<Value> Choose(const Value& value, const Arguments& arguments, Budget& budget) {
  constexpr std::size_t kTest = kByAttribute ? 1 : 0;
  if (arguments.values.size() < kTest || !arguments.named.empty()) {
    return absl::InvalidArgumentError("a filter that selects by an attribute needs its name");
  }
  CLIENTELE_ASSIGN_OR_RETURN(const auto items, Items(value, budget));
  std::vector<Value> chosen;
  for (const Value& item : items) {
    Value subject = item;
    if (kByAttribute) {
      CLIENTELE_ASSIGN_OR_RETURN(subject, Member(item, arguments.values.front()));
    }
    bool passes = subject.Truth();
    if (arguments.values.size() > kTest) {
      const Arguments rest{{arguments.values.begin() + static_cast<std::ptrdiff_t>(kTest) + 1,
                            arguments.values.end()},
                           {}};
      CLIENTELE_ASSIGN_OR_RETURN(
          passes, ApplyTest(Printed(arguments.values[kTest]).bytes(), subject, rest));
    }
    if (passes == kWanted) chosen.push_back(item);
  }
  return Value::OfList(std::move(chosen));
}

absl::StatusOr<Value> Default(const Value& value, const Arguments& arguments, Budget&) {
  CLIENTELE_RETURN_IF_ERROR(arguments.Check("default", 0, {"default_value", "boolean"}));
  const bool by_truth = Flag(arguments.Get(1, "boolean"));
  if (by_truth ? value.Truth() : !value.IsUndefined()) return value;
  const Value* otherwise = arguments.Get(0, "default_value");
  return otherwise == nullptr ? Value::OfTemplateText("") : *otherwise;
}

const std::map<absl::string_view, Filter>& Filters() {
  static const auto* const kFilters = new std::map<absl::string_view, Filter>{
      {"abs", Absolute},
      {"capitalize", Changed<Capitalized>},
      {"count", LengthFilter},
      {"d", Default},
      {"default", Default},
      {"dictsort", DictSort},
      {"e", Changed<EscapedHtml>},
      {"escape", Changed<EscapedHtml>},
      {"first", End<false>},
      {"float", ToFloat},
      {"indent", Indent},
      {"int", ToInteger},
      {"items", ItemsFilter},
      {"join", JoinFilter},
      {"last", End<true>},
      {"length", LengthFilter},
      {"list", ToList},
      {"lower", Changed<Lower>},
      {"map", Map},
      {"max", Extreme<true>},
      {"min", Extreme<false>},
      {"reject", Choose<false, false>},
      {"rejectattr", Choose<false, true>},
      {"replace", ReplaceFilter},
      {"reverse", ReverseFilter},
      {"round", Round},
      {"safe", Changed<Same>},
      {"select", Choose<true, false>},
      {"selectattr", Choose<true, true>},
      {"sort", Sort},
      {"string", Changed<Same>},
      {"sum", Total},
      {"title", Changed<HeadlineCase>},
      {"tojson", ToJson},
      {"trim", Trim},
      {"unique", Unique},
      {"upper", Changed<Upper>},
      {"wordcount", WordCount},
  };
  return *kFilters;
}

}  // namespace

bool IsFilter(absl::string_view name) { return Filters().count(name) > 0; }

absl::StatusOr<Value> ApplyFilter(absl::string_view name, const Value& value,
                                  const Arguments& arguments, Budget& budget) {
  const auto found = Filters().find(name);
  if (found == Filters().end()) {
    return absl::InvalidArgumentError(absl::StrCat("the filter '", name, "' is not supported"));
  }
  CLIENTELE_RETURN_IF_ERROR(budget.Steps(1));
  return found->second(value, arguments, budget);
}

}  // namespace clientele::text::chat
