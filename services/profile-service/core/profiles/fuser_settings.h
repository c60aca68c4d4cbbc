#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_FUSER_SETTINGS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_FUSER_SETTINGS_H_

namespace clientele::profile {

// Settings of a PROFILE_FUSER's bundle, each a list parted by commas. With the names a bundle goes
// on working when the service computes more features, or lists them in another order.

// Ids of core/features/behavior_vector.h; without it the bundle takes the first F of that list.
inline constexpr char kFeatureNamesSetting[] = "behavior_feature_names";
// Of each of these features, what it is of a typical customer, in the vector's unit; without it 0.
inline constexpr char kTypicalSetting[] = "behavior_typical";
// Names of the second output's columns.
inline constexpr char kScoresSetting[] = "scores";

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_FUSER_SETTINGS_H_
