#include "services/profile-service/core/identity/pair_comparer.h"

#include <algorithm>

namespace clientele::profile {
namespace {

// Slots of a field for comparisons that were made before; a power of two.
constexpr std::size_t kSlots = std::size_t{1} << 16;

// Fields whose values people and programs put into each other's place.
int SwapGroup(FieldType type) {
  switch (type) {
    case FieldType::kGivenName:
    case FieldType::kSurname:
      return 1;
    case FieldType::kAddress:
      return 2;
    case FieldType::kCity:
    case FieldType::kPostcode:
      return 3;
    default:
      return 0;
  }
}

bool Disagree(Agreement agreement) {
  return agreement == Agreement::kVague || agreement == Agreement::kDifferent;
}

bool AgreesAsText(const FieldValue& a, const FieldValue& b) {
  const Agreement agreement = CompareValues(FieldType::kText, a, b);
  return agreement == Agreement::kExact || agreement == Agreement::kClose;
}

}  // namespace

PairComparer::PairComparer(const PersonTable& table)
    : table_(table),
      swappable_(table.fields().size(), false),
      remembered_(table.fields().size() * kSlots) {
  const auto& fields = table.fields();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    for (std::size_t j = i + 1; j < fields.size(); ++j) {
      const int group = SwapGroup(fields[i].type);
      if (group == 0 || group != SwapGroup(fields[j].type)) continue;
      swaps_.emplace_back(i, j);
      swappable_[i] = swappable_[j] = true;
    }
  }
}

Agreement PairComparer::CompareField(std::size_t field, std::size_t a, std::size_t b) {
  const std::int32_t code_a = table_.code(a, field);
  const std::int32_t code_b = table_.code(b, field);
  if (code_a < 0 || code_b < 0) return Agreement::kMissing;
  if (code_a == code_b) return Agreement::kExact;
  const auto low = static_cast<std::uint64_t>(std::min(code_a, code_b));
  const auto high = static_cast<std::uint64_t>(std::max(code_a, code_b));
  const std::uint64_t codes = high << 32 | low;
  const std::size_t slot = (codes * 0x9E3779B97F4A7C15u >> 40) % kSlots;
  Remembered& remembered = remembered_[field * kSlots + slot];
  if (remembered.codes != codes) {
    const auto& values = table_.values(field);
    remembered = {codes, CompareValues(table_.fields()[field].type, values[low], values[high])};
  }
  return remembered.agreement;
}

AgreementPattern PairComparer::WithSwaps(AgreementPattern pattern, std::size_t a,
                                         std::size_t b) const {
  for (const auto& [i, j] : swaps_) {
    if (!Disagree(AgreementOf(pattern, i)) || !Disagree(AgreementOf(pattern, j))) continue;
    const auto value = [this](std::size_t field, std::size_t row) -> const FieldValue& {
      return table_.values(field)[static_cast<std::size_t>(table_.code(row, field))];
    };
    if (AgreesAsText(value(i, a), value(j, b)) && AgreesAsText(value(j, a), value(i, b))) {
      pattern = WithAgreement(pattern, i, Agreement::kSwapped);
      pattern = WithAgreement(pattern, j, Agreement::kSwapped);
    }
  }
  return pattern;
}

AgreementPattern PairComparer::Compare(std::size_t a, std::size_t b) {
  AgreementPattern pattern = 0;
  for (std::size_t field = 0; field < table_.fields().size(); ++field) {
    pattern = WithAgreement(pattern, field, CompareField(field, a, b));
  }
  return WithSwaps(pattern, a, b);
}

}  // namespace clientele::profile
