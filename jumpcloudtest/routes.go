package jumpcloudtest

import "strings"

// handlers are the operations that have a behaviour of their own. All others are answered from what the
// description says of them: the graph's by graph.go, those of collections by collection.go.
func handlers() map[string]func(*call) reply {
	return map[string]func(*call) reply{
		// The graph, from every side.
		"graph associations GET":  (*call).associations,
		"graph associations POST": (*call).manageAssociations,
		"graph members GET":       (*call).listMembers,
		"graph members POST":      (*call).manageMembers,
		"graph membership GET":    (*call).membership,
		"graph memberof GET":      (*call).memberOf,
		"graph traverse GET":      (*call).traverse,

		"organization_list":                (*call).listOrganizations,
		"search_systemusers_post":          (*call).searchUsers,
		"systemusers_list":                 (*call).listUsers,
		"systemusers_post":                 (*call).createUser,
		"systemusers_get":                  (*call).getUser,
		"systemusers_put":                  (*call).updateUser,
		"systemusers_delete":               (*call).deleteUser,
		"systemusers_expire":               (*call).expirePassword,
		"systemusers_mfa_enforce":          (*call).enforceMFA,
		"systemusers_password":             (*call).setPassword,
		"systemuser_reactivate":            (*call).sendReactivation,
		"systemusers_state_suspend":        (*call).suspendUser,
		"systemusers_mfasync":              (*call).syncMFA,
		"systemusers_resetmfa":             (*call).resetMFA,
		"sshkey_list":                      (*call).listSSHKeys,
		"sshkey_post":                      (*call).createSSHKey,
		"sshkey_delete":                    (*call).deleteSSHKey,
		"systemusers_state_activate":       (*call).activateUser,
		"systemusers_systems_binding_list": (*call).listLegacyBindings,
		"systemusers_systems_binding_put":  (*call).updateLegacyBindings,
		"systemusers_totp_info":            (*call).totpInfo,
		"systemusers_unlock":               (*call).unlockUser,
		"bulk_userExpires":                 (*call).bulkExpire,
		"bulk_userUnlocks":                 (*call).bulkUnlock,
		"bulk_usersCreate":                 (*call).bulkCreate,
		"bulk_usersUpdate":                 (*call).bulkUpdate,
		"bulk_usersCreateResults":          (*call).bulkResults,
		"bulk_userStatesList":              (*call).listUserStates,
		"bulk_userStatesCreate":            (*call).createUserStates,
		"bulk_userStatesGetNextScheduled":  (*call).nextUserStates,
		"bulk_userStatesDelete":            (*call).deleteUserState,
		"jobs_get":                         (*call).getJob,
		"jobs_results":                     (*call).jobResults,
		"groups_user_list":                 (*call).listGroups,
		"groups_system_list":               (*call).listGroups,
		"groups_user_post":                 (*call).createGroup,
		"groups_system_post":               (*call).createGroup,
		"groups_user_get":                  (*call).getGroup,
		"groups_system_get":                (*call).getGroup,
		"groups_user_put":                  (*call).updateGroup,
		"groups_system_put":                (*call).updateGroup,
		"groups_user_patch":                (*call).updateGroup,
		"groups_user_delete":               (*call).deleteGroup,
		"groups_system_delete":             (*call).deleteGroup,
		"groups_user_suggestions_get":      (*call).listSuggestions,
		"groups_system_suggestions_get":    (*call).listSuggestions,
		"groups_user_suggestions_post":     (*call).applySuggestions,
		"groups_system_suggestions_post":   (*call).applySuggestions,
		"users_sendEmails":                 (*call).sendEmails,
		"pushEndpoints_list":               (*call).listPushEndpoints,
		"pushEndpoints_get":                (*call).getPushEndpoint,
		"pushEndpoints_patch":              (*call).updatePushEndpoint,
		"pushEndpoints_delete":             (*call).deletePushEndpoint,
		"workdays_list":                    (*call).listWorkdays,
		"workdays_post":                    (*call).createWorkday,
		"workdays_settings":                (*call).workdaySettings,
		"workdays_get":                     (*call).getWorkday,
		"workdays_put":                     (*call).updateWorkday,
		"workdays_delete":                  (*call).deleteWorkday,
		"workdays_authorize":               (*call).authorizeWorkday,
		"workdays_deauthorize":             (*call).deauthorizeWorkday,
		"workdays_import":                  (*call).importWorkers,
		"workdays_importresults":           (*call).importResults,
		"workdays_workers":                 (*call).listWorkers,

		"organizations_get":         (*call).getOrganization,
		"organization_put":          (*call).getOrganization,
		"search_organizations_post": (*call).searchOrganizations,
		"groups_list":               (*call).listAllGroups,
		"directories_list":          (*call).listDirectories,

		"systems_getFDEKey":                   (*call).diskKey,
		"systems_commandBuiltinErase":         (*call).deviceAction,
		"systems_commandBuiltinLock":          (*call).deviceAction,
		"systems_commandBuiltinRestart":       (*call).deviceAction,
		"systems_commandBuiltinShutdown":      (*call).deviceAction,
		"SystemsInternal_BasicTransferDevice": (*call).transferDevice,
		"AggregatedPolicyResults_Get":         (*call).deviceStats,
		"policystatuses_systemsList":          (*call).deviceStatuses,
		"policystatuses_usersList":            (*call).userStatuses,
		"policystatuses_policiesList":         (*call).policyStatuses,

		"commands_run":                                      (*call).runCommand,
		"command_trigger_webhook_post":                      (*call).triggerCommand,
		"commands_getResults":                               (*call).resultsOfCommand,
		"command_file_get":                                  (*call).commandFiles,
		"search_commandresults_post":                        (*call).searchResults,
		"commands_getQueuedCommandsByWorkflow":              (*call).listQueue,
		"commands_cancelQueuedCommandsByWorkflowInstanceId": (*call).cancelQueue,

		"applications_samlMetadata": (*call).samlMetadata,
		"applications_postLogo":     (*call).logo,
		"applications_deleteLogo":   (*call).logo,
		"import_create":             (*call).importUsers,

		"activedirectoriesTranslationRules_bulk":           (*call).translateMany,
		"activedirectoriesTranslationRules_preview":        (*call).previewTranslation,
		"administratorOrganizations_listByAdministrator":   (*call).listLinks,
		"administratorOrganizations_listByOrganization":    (*call).listLinks,
		"administratorOrganizations_createByAdministrator": (*call).addLink,
		"administratorOrganizations_removeByAdministrator": (*call).removeLink,
		"PushVerifications_Start":                          (*call).verifyPush,
		"PushVerifications_Get":                            (*call).getVerification,
		"softwareApps_post":                                (*call).writeSoftware,
		"softwareApps_update":                              (*call).writeSoftware,
		"policies_post":                                    (*call).createPolicy,
		"softwareApps_prepareStoredPackageUpload":          (*call).prepareUpload,
		"softwareApps_reclaimLicenses":                     (*call).acted,
		"softwareAppStatuses_list":                         (*call).softwareStatuses,
		"systems_ListSoftwareAppsWithStatuses":             (*call).deviceSoftware,
		"Policy_UpdatePolicyPrecedence":                    (*call).setPrecedence,
		"Policy_BatchDelete":                               (*call).deletePolicies,
		"ServiceAccounts_CreateServiceAccount":             (*call).createServiceAccount,
		"ServiceAccounts_CreateServiceAccountAuthConfig":   (*call).addAuthConfig,
		"ServiceAccounts_DeleteServiceAccountAuthConfig":   (*call).deleteAuthConfig,
		"users_reactivate_get":                             (*call).administratorAction,
		"admin_totpreset_begin":                            (*call).administratorAction,
		"applemdms_csrget":                                 (*call).file,
		"applemdms_depkeyget":                              (*call).file,
		"applemdms_enrollmentprofilesget":                  (*call).file,

		"directoryInsights_eventsPost":                (*call).listEvents,
		"directoryInsights_eventsCountPost":           (*call).countEvents,
		"directoryInsights_eventsDistinctPost":        (*call).distinctEvents,
		"directoryInsights_eventsIntervalPost":        (*call).intervalEvents,
		"directoryInsights_reportsListGet":            (*call).listReports,
		"directoryInsights_reportsCreate":             (*call).createReport,
		"directoryInsights_reportsArtifactContentGet": (*call).reportContent,
	}
}

// alsoInQuery are keys of a query that are not described: a search takes its paging there too, as JumpCloud's
// module sends it, and a walk by path sorts every list of v1.
var alsoInQuery = map[string][]string{
	"administrators_list":     {"sort"},
	"search_systemusers_post": {"limit", "skip"},
}

// fits compares a path with a route. Case does not count: JumpCloud's own tools call /api/Systemusers.
func fits(parts, path []string) (ids []string, ok bool) {
	if len(parts) != len(path) {
		return nil, false
	}
	for i, part := range parts {
		switch {
		case placeholder(part):
			if path[i] == "" {
				return nil, false
			}
			ids = append(ids, path[i])
		case !strings.EqualFold(part, path[i]):
			return nil, false
		}
	}
	return ids, true
}

func placeholder(part string) bool {
	return strings.HasPrefix(part, "{") && strings.HasSuffix(part, "}")
}
