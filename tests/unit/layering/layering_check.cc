#include "tests/unit/layering/layering_check.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "tests/unit/layering/cycle.h"
#include "tests/unit/layering/folder_pattern.h"

namespace clientele::layering {
namespace {

constexpr const char* kWhere = "tests/unit/layering/allow_list.cc";

bool IsOurs(std::string_view header) {
  return header.starts_with("common/") || header.starts_with("services/") ||
         header.starts_with("tools/") || header.starts_with("tests/");
}

bool IsCommon(std::string_view folder) { return folder.starts_with("common/"); }

bool IsStandard(std::string_view header) {
  return header.find_first_of("/.") == std::string_view::npos;
}

bool Fits(std::string_view header, std::string_view pattern) {
  if (pattern.starts_with('*')) return header.ends_with(pattern.substr(1));
  return pattern.ends_with('/') ? header.starts_with(pattern) : header == pattern;
}

std::string Joined(const std::vector<std::string>& names, const char* between) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : between) + name;
  return text;
}

bool IsAwaited(std::string_view text) { return text.starts_with('?'); }

std::string WithoutMark(std::string text) {
  if (IsAwaited(text)) text.erase(0, 1);
  return text;
}

FolderRule WithoutMarks(FolderRule rule) {
  rule.folder = WithoutMark(rule.folder);
  for (std::string& folder : rule.folders) folder = WithoutMark(folder);
  for (std::string& family : rule.families) family = WithoutMark(family);
  return rule;
}

// A rule with what of it was used.
struct Rule {
  explicit Rule(const FolderRule& rule)
      : written(&rule), allowed(WithoutMarks(rule)), pattern(allowed.folder) {}

  const FolderRule* written;
  FolderRule allowed;
  FolderPattern pattern;
  int files = 0;
  std::set<std::string> used;  // arrows and families
};

class Check {
 public:
  explicit Check(const AllowList& list) : list_(list) {
    for (const FolderRule& rule : list.rules) rules_.emplace_back(rule);
  }

  void Read(const SourceFile& file) {
    const std::optional<Place> place = PlaceOf(file.path);
    if (!place) {
      Problem(file.path + ": no rule for this folder. Add one to " + kWhere +
              " that says what it may include.");
      return;
    }
    ++place->rule->files;
    FolderCount& count = findings_.counts[place->fit.folder];
    ++count.files;
    for (const Include& include : file.includes) {
      const std::string at = file.path + ":" + std::to_string(include.line) + ": ";
      if (include.header.empty()) {
        Problem(at + "not a plain #include <…> or \"…\", so nobody can say what it includes.");
      } else if (IsOurs(include.header)) {
        ++count.ours;
        ReadArrow(at, *place, include.header);
      } else if (IsStandard(include.header)) {
        ++count.standard;
      } else {
        ++count.third_party;
        ReadHeader(at, *place, include.header);
      }
    }
  }

  Findings Finish() {
    FindStale();
    const std::vector<std::string> cycle = FindCycle(common_arrows_);
    if (!cycle.empty()) Problem("common has a cycle: " + Joined(cycle, " -> "));
    return std::move(findings_);
  }

 private:
  struct Place {
    Rule* rule;
    FolderPattern::Fit fit;
  };

  std::optional<Place> PlaceOf(const std::string& file) {
    for (Rule& rule : rules_) {
      if (auto fit = rule.pattern.Match(file)) return Place{&rule, *fit};
    }
    return std::nullopt;
  }

  void ReadArrow(const std::string& at, const Place& from, const std::string& header) {
    const std::optional<Place> to = PlaceOf(header);
    if (to && to->fit.folder == from.fit.folder) return;
    if (to && IsCommon(from.fit.folder) && IsCommon(to->fit.folder)) {
      common_arrows_.emplace(from.fit.folder, to->fit.folder);
    }
    for (const std::string& arrow : from.rule->allowed.folders) {
      const std::string target = ForService(arrow, from.fit.service);
      if (target != header && !(to && target == to->fit.folder)) continue;
      from.rule->used.insert(arrow);
      return;
    }
    Problem(at + from.fit.folder + " may not include " + header +
            ". Turn the arrow round, or allow " + (to ? to->rule->pattern.name() : header) +
            " in the rule of " + from.rule->allowed.folder + " in " + kWhere + ".");
  }

  void ReadHeader(const std::string& at, const Place& from, const std::string& header) {
    for (const HeaderFamily& family : list_.families) {
      const auto fits = [&](const std::string& pattern) { return Fits(header, pattern); };
      if (std::ranges::none_of(family.headers, fits)) continue;
      families_seen_.insert(family.name);
      from.rule->used.insert(family.name);
      if (std::ranges::count(from.rule->allowed.families, family.name) == 0) {
        Problem(at + from.fit.folder + " may not include " + header + ". Keep " + family.name +
                " where it is, or allow it in the rule of " + from.rule->allowed.folder + " in " +
                kWhere + ".");
      }
      return;
    }
    Problem(at + header + " is of no known family. Add it to one in " + kWhere +
            ", and the family to the folders that may include it.");
  }

  void FindStale() {
    for (const HeaderFamily& family : list_.families) {
      if (!families_seen_.contains(family.name)) {
        Problem("stale: no file includes a header of " + family.name + ". Remove it from " +
                kWhere + ".");
      }
    }
    for (const Rule& rule : rules_) {
      const std::string& folder = rule.allowed.folder;
      if (rule.files == 0 && IsAwaited(rule.written->folder)) continue;
      if (rule.files == 0) {
        Problem("stale: no file is in " + folder + ". Remove its rule from " + kWhere + ".");
        continue;
      }
      if (rule.pattern.names_service()) continue;
      for (const auto* permissions : {&rule.written->folders, &rule.written->families}) {
        for (const std::string& permission : *permissions) {
          if (IsAwaited(permission) || rule.used.contains(permission)) continue;
          Problem("stale: " + folder + " includes nothing of " + permission +
                  ". Remove that from its rule in " + kWhere + ".");
        }
      }
    }
  }

  void Problem(std::string text) { findings_.problems.push_back(std::move(text)); }

  const AllowList& list_;
  std::vector<Rule> rules_;
  std::set<std::string> families_seen_;
  std::set<Arrow> common_arrows_;
  Findings findings_;
};

}  // namespace

Findings CheckLayering(const std::vector<SourceFile>& files, const AllowList& list) {
  Check check(list);
  for (const SourceFile& file : files) check.Read(file);
  return check.Finish();
}

std::vector<std::string> CheckAllowList(const AllowList& list) {
  std::vector<std::string> problems;
  std::vector<FolderRule> rules;
  for (const FolderRule& rule : list.rules) rules.push_back(WithoutMarks(rule));
  std::set<std::string> families;
  for (const HeaderFamily& family : list.families) families.insert(family.name);
  std::set<std::string> folders;
  for (const FolderRule& rule : rules) {
    const std::string name = FolderPattern(rule.folder).name();
    if (!folders.insert(name).second) problems.push_back("two rules for " + name);
  }
  std::set<std::string> above;
  for (const FolderRule& rule : rules) {
    for (const std::string& family : rule.families) {
      if (!families.contains(family)) {
        problems.push_back(rule.folder + " allows " + family + ", which is no family");
      }
    }
    for (const std::string& arrow : rule.folders) {
      const bool is_file = arrow.ends_with(".h");
      const std::string file = is_file ? arrow : arrow + "/any.h";
      const auto fits = [&](const FolderRule& other) {
        return FolderPattern(other.folder).Match(file).has_value();
      };
      if (std::ranges::none_of(rules, fits)) {
        problems.push_back(rule.folder + " allows " + arrow + ", which has no rule");
      } else if (!is_file && IsCommon(rule.folder) && !above.contains(arrow)) {
        problems.push_back(rule.folder + " allows " + arrow + ", which is not above it");
      }
    }
    above.insert(FolderPattern(rule.folder).name());
  }
  return problems;
}

}  // namespace clientele::layering
