#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_NICKNAMES_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_NICKNAMES_H_

// Short and pet forms of given names. Pure functions, thread-safe.

#include <string>
#include <string_view>

namespace clientele::profile {

// Whether one person may go by both names: "bill" and "william", "小明" and "阿明" (in case-folded
// form). Not transitive: "al" is Albert and Alan, who are two. A name is a form of itself.
bool AreFormsOfOneName(std::u32string_view a, std::u32string_view b);

// One of the names that `name` stands for, the same for all of a group as far as there is one;
// `name` itself where it stands for no other. For blocking.
std::u32string_view FormalName(std::u32string_view name);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_NICKNAMES_H_
